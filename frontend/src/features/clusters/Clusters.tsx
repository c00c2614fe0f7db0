import { Button, PageSection } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Row } from '../../api/types';
import { Ago } from '../../components/Ago';
import { DataTable } from '../../components/DataTable';
import { HealthLabel, labelOf } from '../../components/HealthLabel';
import { PageHead } from '../../components/PageHead';
import { Empty, Refused } from '../../components/States';
import { HEALTHS, healthOfRow, type Health } from '../../lib/health';
import { useRows } from '../../lib/live';
import { keyOf } from '../../lib/resources';
import { useSession } from '../../lib/session';
import type { Column, Filter } from '../../lib/tableState';
import { useTenant, within } from '../../lib/tenant';

const COLUMNS: Column<Row>[] = [
  { id: 'name', label: 'Name', width: 15, sort: ({ metadata }) => metadata.name, render: ({ metadata }) => <Link to={clusterPath(metadata)}>{metadata.name}</Link> },
  { id: 'tenant', label: 'Tenant', sort: ({ metadata }) => metadata.namespace ?? '', render: ({ metadata }) => metadata.namespace },
  {
    id: 'health', label: 'State',
    sort: (row) => HEALTHS.findIndex(({ health }) => health === healthOfRow(row).health),
    render: (row) => <HealthLabel health={healthOfRow(row).health} />,
  },
  { id: 'nodes', label: 'Nodes', sort: ({ cells }) => Number(String(cells.Nodes ?? '0').split('/')[0]), render: ({ cells }) => <span className="sw-number">{cells.Nodes}</span> },
  { id: 'version', label: 'Version', sort: ({ cells }) => String(cells.Version), render: ({ cells }) => cells.Version },
  { id: 'provider', label: 'Provider', sort: ({ cells }) => String(cells.Provider), render: ({ cells }) => cells.Provider },
  { id: 'age', label: 'Created', sort: ({ metadata }) => metadata.creationTimestamp ?? '', render: ({ metadata }) => <Ago at={metadata.creationTimestamp} /> },
  { id: 'reason', label: 'What is going on', width: 30, truncate: true, render: (row) => <Why row={row} /> },
  { id: 'endpoint', label: 'Endpoint', hidden: true, render: ({ cells }) => cells.Endpoint },
  { id: 'phase', label: 'Phase', hidden: true, render: ({ cells }) => cells.Phase },
  { id: 'network', label: 'Network', hidden: true, render: ({ cells }) => cells.Network },
];

const FILTERS: Filter<Row>[] = [
  { id: 'health', label: 'State', of: (row) => healthOfRow(row).health, name: (value) => labelOf(value as Health) },
  { id: 'version', label: 'Version', of: ({ cells }) => String(cells.Version ?? '') },
  { id: 'provider', label: 'Provider', of: ({ cells }) => String(cells.Provider ?? '') },
];

export function clusterPath({ namespace, name }: { namespace?: string; name: string }): string {
  return `/clusters/${namespace ?? ''}/${name}`;
}

const searched = ({ metadata, cells }: Row): string => `${metadata.name} ${metadata.namespace ?? ''} ${cells.Reason} ${cells.Endpoint}`;

export default function Clusters(): ReactNode {
  const [tenant] = useTenant();
  const { may } = useSession();
  const { items, phase, complete, error } = useRows({ plural: 'clusters', ...within(tenant) });
  const create = may('operator', tenant || undefined) && (
    <Button variant="primary" component={(props) => <Link {...props} to="/clusters/new" />}>Create cluster</Button>
  );
  return (
    <>
      <PageHead title="Clusters" />
      <PageSection isFilled className="sw-fill-section" aria-label="List of clusters">
        {phase === 'refused' ? (
          <Refused message={error?.message ?? ''} />
        ) : (
          <DataTable
            label="Clusters" name="clusters" items={items} complete={complete} columns={COLUMNS} filters={FILTERS}
            searched={searched} keyOf={keyOf} actions={create}
            empty={<Empty title="No cluster yet" action={create}>A cluster takes one click: its machines, network and address come by themselves.</Empty>}
          />
        )}
      </PageSection>
    </>
  );
}

function Why({ row }: { row: Row }): ReactNode {
  const { health, reason, message } = healthOfRow(row);
  if (health === 'ready') return <span className="sw-subtle">{row.cells.Endpoint}</span>;
  return message || reason;
}
