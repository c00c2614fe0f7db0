/** How a host is, and who has it. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Host } from '../../api/types';
import { HealthLabel } from '../../components/HealthLabel';
import { conditionOf, type Health } from '../../lib/health';

const HEALTH: Record<string, Health> = { Free: 'ready', Claimed: 'ready', Cleaning: 'building', Broken: 'failing' };

export function HostState({ host }: { host: Host }): ReactNode {
  if (host.metadata.deletionTimestamp) return <HealthLabel health="deleting" />;
  const state = host.status?.state ?? '';
  if (state === '') return <HealthLabel health="building">Not looked at yet</HealthLabel>;
  const unfit = conditionOf(host, 'Ready')?.status === 'False';
  const health = unfit && state !== 'Cleaning' ? 'failing' : (HEALTH[state] ?? 'building');
  return <HealthLabel health={health}>{unfit && state === 'Free' ? 'Not fit' : state}</HealthLabel>;
}

/** Why it is not ready; nothing to say of one that is. */
export function whyOf(host: Host): string {
  const ready = conditionOf(host, 'Ready');
  return ready?.status === 'True' ? '' : (ready?.message ?? '');
}

export function Claim({ host }: { host: Host }): ReactNode {
  const { tenant, cluster, machine } = host.status?.claim ?? {};
  if (!machine) return <span className="sw-subtle">nobody</span>;
  if (!tenant || !cluster) return machine;
  return <Link to={`/clusters/${tenant}/${cluster}`}>{machine}</Link>;
}
