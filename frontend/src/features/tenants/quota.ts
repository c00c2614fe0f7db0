/** A tenant's use beside its limits. */
import type { Tenant } from '../../api/types';
import { amount, bytes, cores } from '../../lib/quantity';

export const RESOURCES = [
  { key: 'clusters', label: 'Clusters', show: cores },
  { key: 'nodes', label: 'Machines', show: cores },
  { key: 'cpu', label: 'CPU cores', show: cores },
  { key: 'memory', label: 'Memory', show: bytes },
  { key: 'storage', label: 'Storage', show: bytes },
  { key: 'floatingIPs', label: 'Floating IPs', show: cores },
] as const;

export interface TenantGauge {
  label: string;
  used: number;
  limit: number;
  share: number;
  text: string;
}

export function gaugesOf({ spec, status }: Tenant): TenantGauge[] {
  return RESOURCES.map(({ key, label, show }) => {
    const used = amount(status?.used?.[key]);
    const given = spec.quota?.[key];
    const limit = amount(given);
    const limited = given !== undefined && given !== null;
    return { label, used, limit, share: limited && limit > 0 ? used / limit : 0, text: limited ? `${show(used)} of ${show(limit)}` : `${show(used)}, no limit` };
  });
}
