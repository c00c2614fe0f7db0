import { PageSection } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Tenant } from '../../api/types';
import { Ago } from '../../components/Ago';
import { DataTable } from '../../components/DataTable';
import { HealthLabel } from '../../components/HealthLabel';
import { LinkButton } from '../../components/LinkButton';
import { PageHead } from '../../components/PageHead';
import { Empty } from '../../components/States';
import { useLive } from '../../lib/live';
import { keyOf } from '../../lib/resources';
import { useSession } from '../../lib/session';
import type { Column } from '../../lib/tableState';
import { gaugesOf } from './quota';

const columnOf = (label: string): Column<Tenant> => ({
  id: label, label,
  sort: (tenant) => gaugesOf(tenant).find((gauge) => gauge.label === label)?.used ?? 0,
  render: (tenant) => <span className="sw-number">{gaugesOf(tenant).find((gauge) => gauge.label === label)?.text.replace(', no limit', '')}</span>,
});

const COLUMNS: Column<Tenant>[] = [
  { id: 'name', label: 'Name', sort: ({ metadata }) => metadata.name, render: ({ metadata }) => <Link to={`/tenants/${metadata.name}`}>{metadata.name}</Link> },
  { id: 'shown', label: 'Shown as', sort: ({ spec }) => spec.displayName, render: ({ spec }) => spec.displayName },
  { id: 'state', label: 'State', render: ({ metadata }) => <HealthLabel health={metadata.deletionTimestamp ? 'deleting' : 'ready'}>{metadata.deletionTimestamp ? 'Terminating' : 'Active'}</HealthLabel> },
  columnOf('Clusters'), columnOf('Machines'), columnOf('CPU cores'), columnOf('Memory'),
  { ...columnOf('Storage'), hidden: true },
  { id: 'provider', label: 'Default provider', hidden: true, render: ({ spec }) => spec.defaultProvider },
  { id: 'age', label: 'Created', hidden: true, sort: ({ metadata }) => metadata.creationTimestamp ?? '', render: ({ metadata }) => <Ago at={metadata.creationTimestamp} /> },
];

export default function Tenants(): ReactNode {
  const { session } = useSession();
  const { items, complete } = useLive<Tenant>({ plural: 'tenants' });
  const create = session?.platformAdmin && <LinkButton to="/tenants/new">Create tenant</LinkButton>;
  return (
    <>
      <PageHead title="Tenants" lead="Customers or teams: each a namespace with members and a quota." />
      <PageSection isFilled aria-label="Tenants">
        <DataTable label="Tenants" name="tenants" items={items} complete={complete} columns={COLUMNS} keyOf={keyOf} actions={create}
          searched={({ metadata, spec }) => `${metadata.name} ${spec.displayName}`} empty={<Empty title="No tenant yet" action={create}>Clusters belong to tenants: create one, even if it is only for you.</Empty>} />
      </PageSection>
    </>
  );
}
