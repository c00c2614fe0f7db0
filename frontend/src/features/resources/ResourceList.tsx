import { Button, PageSection } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { Link } from 'react-router';
import { Ago } from '../../components/Ago';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { DataTable } from '../../components/DataTable';
import { HealthLabel } from '../../components/HealthLabel';
import { LinkButton } from '../../components/LinkButton';
import { PageHead } from '../../components/PageHead';
import { Empty, Refused } from '../../components/States';
import { conditionOf } from '../../lib/health';
import { useLive, useRows } from '../../lib/live';
import { keyOf, remove } from '../../lib/resources';
import { useSession } from '../../lib/session';
import type { Column, Filter } from '../../lib/tableState';
import { useTenant, within } from '../../lib/tenant';
import type { Allocated, ResourceKind } from './kinds';

const FILTERS: Filter<Allocated>[] = [
  { id: 'provider', label: 'Provider', of: ({ spec }) => spec.provider },
  { id: 'owner', label: 'Owner', of: (item) => ownerOf(item) ? 'a cluster' : 'the tenant' },
];

const MOST_USERS = 2; // named in a row

function ownerOf({ metadata }: Allocated): string {
  return metadata.ownerReferences?.[0]?.name ?? '';
}

export default function ResourceList({ kind }: { kind: ResourceKind }): ReactNode {
  const [tenant] = useTenant();
  const { may } = useSession();
  const { items, complete, phase, error } = useLive<Allocated>({ plural: kind.plural, ...within(tenant) });
  const clusters = useRows({ plural: 'clusters', ...within(tenant) });
  const [deleting, setDeleting] = useState<Allocated | null>(null);
  const columns = useMemo<Column<Allocated>[]>(() => [
    { id: 'name', label: 'Name', sort: ({ metadata }) => metadata.name, render: ({ metadata }) => <strong>{metadata.name}</strong> },
    { id: 'tenant', label: 'Tenant', sort: ({ metadata }) => metadata.namespace ?? '', render: ({ metadata }) => metadata.namespace },
    { id: 'state', label: 'State', render: (item) => <State item={item} /> },
    ...kind.columns.map(({ label, of }) => ({ id: label.toLowerCase(), label, render: of })),
    { id: 'provider', label: 'Provider', sort: ({ spec }) => spec.provider, render: ({ spec }) => spec.provider },
    { id: 'users', label: 'Used by', render: (item) => <Users item={item} users={kind.users(item, clusters.items)} /> },
    { id: 'age', label: 'Created', sort: ({ metadata }) => metadata.creationTimestamp ?? '', render: ({ metadata }) => <Ago at={metadata.creationTimestamp} /> },
    { id: 'actions', label: 'Actions', render: (item) => may('operator', item.metadata.namespace) && !ownerOf(item) && (
      <Button variant="link" isInline isDanger onClick={() => setDeleting(item)} isDisabled={Boolean(item.metadata.deletionTimestamp)} aria-label={`Delete ${item.metadata.name}`}>Delete</Button>
    ) },
  ], [kind, clusters.items, may]);
  const create = may('operator', tenant || undefined) && <LinkButton to={`/${kind.plural}/new`}>Create {kind.one}</LinkButton>;
  return (
    <>
      <PageHead title={kind.title} lead={kind.lead} />
      <PageSection isFilled aria-label={kind.title}>
        {phase === 'refused' ? <Refused message={error?.message ?? ''} /> : (
          <DataTable label={kind.title} name={kind.plural} items={items} complete={complete} columns={columns} filters={FILTERS} keyOf={keyOf} actions={create}
            searched={(item) => JSON.stringify([item.metadata.name, item.metadata.namespace, item.spec, item.status])}
            empty={<Empty title={`No ${kind.one} yet`} action={create}>{kind.lead}</Empty>} />
        )}
      </PageSection>
      {deleting && <DeleteResource kind={kind} item={deleting} users={kind.users(deleting, clusters.items)} onClose={() => setDeleting(null)} />}
    </>
  );
}

function State({ item }: { item: Allocated }): ReactNode {
  const ready = conditionOf(item, 'Ready');
  if (item.metadata.deletionTimestamp) return <><HealthLabel health="deleting" /> <span className="sw-subtle">{ready?.message}</span></>;
  if (ready?.status === 'True') return <HealthLabel health="ready" />;
  const blocked = conditionOf(item, 'Blocked')?.status === 'True';
  return <><HealthLabel health={blocked ? 'blocked' : 'building'} /> <span className="sw-subtle">{ready?.message}</span></>;
}

function Users({ item, users }: { item: Allocated; users: string[] }): ReactNode {
  if (users.length === 0) return <span className="sw-subtle">nobody</span>;
  return (
    <>
      {users.slice(0, MOST_USERS).map((name, index) => <span key={name}>{index > 0 && ', '}<Link to={`/clusters/${item.metadata.namespace}/${name}`}>{name}</Link></span>)}
      {users.length > MOST_USERS && <span className="sw-subtle" title={users.join(', ')}> and {users.length - MOST_USERS} more</span>}
    </>
  );
}

function DeleteResource({ kind, item, users, onClose }: { kind: ResourceKind; item: Allocated; users: string[]; onClose: () => void }): ReactNode {
  const deletion = useMutation({ mutationFn: () => remove(kind.plural, item), onSuccess: onClose });
  const used = users.length > 0;
  const { name } = item.metadata;
  return (
    <ConfirmDialog title={used ? `${name} is in use` : `Delete ${name}?`} action="Delete" doing={deletion} onClose={onClose} impossible={used}>
      {used ? `It is used by ${users.join(', ')}: it can go when no cluster uses it any more.` : 'It is released at the provider, with what is in it.'}
    </ConfirmDialog>
  );
}
