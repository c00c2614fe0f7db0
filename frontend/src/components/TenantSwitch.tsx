import type { ReactNode } from 'react';
import type { Tenant } from '../api/types';
import { useLive } from '../lib/live';
import { useTenant } from '../lib/tenant';
import { Choice } from './Choice';

export function useTenants(): Tenant[] {
  const { items } = useLive<Tenant>({ plural: 'tenants' });
  return items;
}

export function TenantSwitch(): ReactNode {
  const [tenant, choose] = useTenant();
  const names = useTenants().map(({ metadata, spec }) => ({
    value: metadata.name,
    label: metadata.name,
    description: spec.displayName || undefined,
  }));
  if (tenant && !names.some(({ value }) => value === tenant)) names.unshift({ value: tenant, label: tenant, description: undefined });
  return (
    <Choice label="Tenant" prefix value={tenant} options={[{ value: '', label: 'all' }, ...names.map(clean)]} onChange={choose} variant="plainText" />
  );
}

function clean({ value, label, description }: { value: string; label: string; description: string | undefined }) {
  return description ? { value, label, description } : { value, label };
}
