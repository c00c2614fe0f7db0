import { PageSection } from '@patternfly/react-core';
import { type ReactNode, useMemo } from 'react';
import { Link } from 'react-router';
import type { Provider, Row } from '../../api/types';
import { Ago } from '../../components/Ago';
import { DataTable } from '../../components/DataTable';
import { HealthLabel } from '../../components/HealthLabel';
import { LinkButton } from '../../components/LinkButton';
import { PageHead } from '../../components/PageHead';
import { Empty } from '../../components/States';
import { conditionOf } from '../../lib/health';
import { useLive, useRows } from '../../lib/live';
import { keyOf } from '../../lib/resources';
import { useSession } from '../../lib/session';
import type { Column } from '../../lib/tableState';

export default function Providers(): ReactNode {
  const { session } = useSession();
  const { items, complete } = useLive<Provider>({ plural: 'providers' });
  const clusters = useRows({ plural: 'clusters' });
  const columns = useMemo<Column<Provider>[]>(() => [
    { id: 'name', label: 'Name', sort: ({ metadata }) => metadata.name, render: ({ metadata }) => <Link to={`/providers/${metadata.name}`}>{metadata.name}</Link> },
    { id: 'driver', label: 'Driver', sort: ({ spec }) => spec.driver, render: ({ spec }) => spec.driver },
    { id: 'state', label: 'State', render: (provider) => <ProviderState provider={provider} /> },
    { id: 'clusters', label: 'Clusters', sort: (provider) => loadOf(provider, clusters.items).clusters, render: (provider) => <span className="sw-number">{loadOf(provider, clusters.items).clusters}</span> },
    { id: 'nodes', label: 'Nodes', sort: (provider) => loadOf(provider, clusters.items).nodes, render: (provider) => <span className="sw-number">{loadOf(provider, clusters.items).nodes}</span> },
    { id: 'why', label: 'What is going on', width: 40, truncate: true, render: (provider) => conditionOf(provider, 'Ready')?.status === 'True' ? '' : conditionOf(provider, 'Ready')?.message },
    { id: 'age', label: 'Created', sort: ({ metadata }) => metadata.creationTimestamp ?? '', render: ({ metadata }) => <Ago at={metadata.creationTimestamp} /> },
  ], [clusters.items]);
  const add = session?.platformAdmin && <LinkButton to="/providers/new">Add a provider</LinkButton>;
  return (
    <>
      <PageHead title="Providers" lead="Clouds, regions and host pools that machines come from." />
      <PageSection isFilled aria-label="Providers">
        <DataTable label="Providers" name="providers" items={items} complete={complete} columns={columns} keyOf={keyOf} actions={add}
          searched={({ metadata, spec }) => `${metadata.name} ${spec.driver}`}
          empty={<Empty title="No provider yet" action={add}>Machines come from a provider: an OpenStack cloud, or this very machine with the driver local.</Empty>} />
      </PageSection>
    </>
  );
}

export function ProviderState({ provider }: { provider: Provider }): ReactNode {
  const ready = conditionOf(provider, 'Ready');
  if (provider.metadata.deletionTimestamp) return <HealthLabel health="deleting">Being deleted</HealthLabel>;
  if (!ready) return <HealthLabel health="building">Not checked yet</HealthLabel>;
  return <HealthLabel health={ready.status === 'True' ? 'ready' : 'failing'}>{ready.status === 'True' ? 'Answers' : 'Does not answer'}</HealthLabel>;
}

export function loadOf({ metadata }: Provider, clusters: Row[]): { clusters: number; nodes: number } {
  const mine = clusters.filter(({ cells }) => cells.Provider === metadata.name);
  const nodes = mine.reduce((sum, { cells }) => sum + Number(String(cells.Nodes ?? '').split('/')[1] ?? 0), 0);
  return { clusters: mine.length, nodes };
}
