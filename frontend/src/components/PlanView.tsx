import { Alert, List, ListItem, Spinner } from '@patternfly/react-core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError, messageOf } from '../lib/http';
import type { ClusterPlan, QuotaRow } from '../lib/plan';
import { bytes, cores } from '../lib/quantity';
import { duration } from '../lib/time';
import { Facts } from './Facts';
import { Gauge } from './Gauge';

const NAMES: Record<string, string> = { floatingIPs: 'floating IPs', cpu: 'CPU' };

const expected = (seconds: number): string => (seconds < 1 ? 'a moment' : `about ${duration(seconds)}`);

/** What would be made and whether it fits; says so while it is asked again. */
export function PlanView({ plan: { data, error, isFetching } }: { plan: UseQueryResult<ClusterPlan> }): ReactNode {
  if (error && !(error instanceof ApiError && error.causes.length > 0)) return <p className="sw-subtle">No plan: {messageOf(error)}</p>;
  if (error) return <p className="sw-subtle">The plan comes when the fields that are marked are right.</p>;
  if (!data) return <p role="status"><Spinner size="md" aria-hidden /> Asking the provider what it would take…</p>;
  return (
    <div className="sw-plan" aria-busy={isFetching}>
      <Verdict plan={data} />
      <Facts facts={[
        ['Machines', <Machines key="machines" plan={data} />],
        ['Addresses', <Addresses key="addresses" plan={data} />],
        ['Made besides', data.objects.filter(({ action }) => action === 'create').map(({ kind }) => kind).join(', ')],
        ['Borrowed', data.objects.filter(({ borrowed }) => borrowed).map(({ kind, name }) => `${kind} ${name}`).join(', ')],
        ['Image', data.image.name && !data.image.there ? `${data.image.name} is made and uploaded first` : ''],
        ['Ready in', data.time.seconds ? `${expected(data.time.seconds)}, as the last ${data.time.clusters} of this size here` : data.time.message],
      ]} />
      <Quota title="Quota of the tenant" rows={data.quota.tenant} />
      <Quota title={`Room at ${data.provider.name}`} rows={data.quota.cloud} />
    </div>
  );
}

function Verdict({ plan: { fits, shortfalls } }: { plan: ClusterPlan }): ReactNode {
  if (fits) return <Alert isInline isPlain variant="success" title="It fits" component="p" />;
  return (
    <Alert isInline variant="warning" title="It does not fit" component="p">
      <List isPlain>
        {shortfalls.map(({ code, message, advice }) => <ListItem key={`${code} ${message}`}>{message}. {advice}.</ListItem>)}
      </List>
    </Alert>
  );
}

function Machines({ plan: { machines } }: { plan: ClusterPlan }): ReactNode {
  return (
    <ul className="sw-plain">
      {machines.map(({ role, pool, create, remove, flavor, cpu, memory, disk, replicas }) => (
        <li key={`${role} ${pool}`}>
          <strong>{pool || 'Control plane'}</strong>: {moves(create.length, remove.length, replicas)}
          <span className="sw-subtle"> {[flavor, cpu && `${cpu} CPU`, memory, disk && `${disk} disk`].filter(Boolean).join(' · ')}</span>
        </li>
      ))}
    </ul>
  );
}

export function moves(made: number, removed: number, kept: number): string {
  const parts = [made > 0 ? `${made} made` : '', removed > 0 ? `${removed} removed` : ''].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : `${kept} stay`;
}

function Addresses({ plan: { addresses } }: { plan: ClusterPlan }): ReactNode {
  return (
    <ul className="sw-plain">
      {Object.entries(addresses).map(([what, { cidr, from, collidesWith, mayCollideWith = [] }]) => (
        <li key={what}>
          {what}: {cidr ? <code>{cidr}</code> : from ? <>a free part of <code>{from}</code></> : 'chosen by the provider'}
          {collidesWith.length > 0 && <strong> overlaps {collidesWith.join(', ')}</strong>}
          {mayCollideWith.length > 0 && <span className="sw-subtle"> may overlap {mayCollideWith.join(', ')}</span>}
        </li>
      ))}
    </ul>
  );
}

function Quota({ title, rows }: { title: string; rows: QuotaRow[] }): ReactNode {
  const told = rows.filter(({ limit, needed }) => limit !== null && needed > 0);
  if (told.length === 0) return null;
  return (
    <div>
      <h3 className="sw-heading">{title}</h3>
      {told.map(({ resource, unit, used, needed, limit, left }) => (
        <Gauge
          key={resource} label={NAMES[resource] ?? resource} used={used} more={needed} limit={limit ?? 0}
          text={(left ?? 0) < 0 ? `short by ${shown(-(left ?? 0), unit)}` : `takes ${shown(needed, unit)}, ${shown(left ?? 0, unit)} left`}
        />
      ))}
    </div>
  );
}

function shown(amount: number, unit: string): string {
  return unit === 'bytes' ? bytes(amount) : cores(amount);
}
