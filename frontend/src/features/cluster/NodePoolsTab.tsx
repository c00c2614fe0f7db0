import { Button, Card, CardBody, CardHeader, CardTitle, Gallery } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import type { NodePool } from '../../api/types';
import { HealthLabel } from '../../components/HealthLabel';
import { Empty, Loading } from '../../components/States';
import { Facts } from '../../components/Facts';
import { conditionOf } from '../../lib/health';
import { useLive } from '../../lib/live';
import { useSession } from '../../lib/session';
import { partsOf, useCluster } from './context';
import { shape } from './OverviewTab';
import { PoolDialog } from './PoolDialog';
import { RemovePool } from './RemovePool';
import { ScalePool } from './ScalePool';

export default function NodePoolsTab(): ReactNode {
  const cluster = useCluster();
  const { may } = useSession();
  const { items, complete } = useLive<NodePool>(partsOf(cluster, 'nodepools'));
  const [adding, setAdding] = useState(false);
  const changes = may('operator', cluster.metadata.namespace) && !cluster.metadata.deletionTimestamp;
  if (!complete && items.length === 0) return <Loading what="Loading node pools" />;
  const add = changes && <Button variant={items.length > 0 ? 'secondary' : 'primary'} onClick={() => setAdding(true)}>Add a node pool</Button>;
  return (
    <>
      {items.length > 0 && <div className="sw-actions">{add}</div>}
      {items.length === 0 && <Empty title="No node pool" action={add}>Pods of yours run on the control plane until there are workers.</Empty>}
      <Gallery hasGutter minWidths={{ default: '22rem' }}>
        {items.map((pool) => <PoolCard key={pool.metadata.uid} pool={pool} changes={changes} />)}
      </Gallery>
      {adding && <PoolDialog cluster={cluster} taken={items.map(({ metadata }) => metadata.name)} onClose={() => setAdding(false)} />}
    </>
  );
}

function PoolCard({ pool, changes }: { pool: NodePool; changes: boolean }): ReactNode {
  const { metadata, spec, status } = pool;
  const ready = conditionOf(pool, 'Ready');
  const well = ready?.status === 'True';
  const labels = Object.entries(spec.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const taints = (spec.taints ?? []).map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`);
  return (
    <Card component="section" aria-label={`Node pool ${metadata.name}`} isFullHeight>
      <CardHeader {...(changes ? { actions: { actions: <RemovePool pool={pool} />, hasNoOffset: true } } : {})}>
        <CardTitle component="h2">{metadata.name}</CardTitle>
        <HealthLabel health={metadata.deletionTimestamp ? 'deleting' : well ? 'ready' : 'building'}>{status?.readyReplicas ?? 0} of {spec.replicas} ready</HealthLabel>
      </CardHeader>
      <CardBody>
        <ScalePool pool={pool} disabled={!changes || Boolean(metadata.deletionTimestamp)} />
        <Facts facts={[
          ['Each machine', shape(spec.machine).slice(2) || 'the provider’s default size'],
          ['Labels', labels.join(', ')],
          ['Taints', taints.join(', ')],
          ['What is going on', well ? '' : ready?.message],
        ]} />
      </CardBody>
    </Card>
  );
}
