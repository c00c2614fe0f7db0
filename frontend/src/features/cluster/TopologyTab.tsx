import type { ReactNode } from 'react';
import type { FloatingIP, Machine, Network, NodePool } from '../../api/types';
import { Panel } from '../../components/Facts';
import { useLive, useOne } from '../../lib/live';
import { partsOf, useCluster } from './context';
import { Drawing } from './Drawing';

export default function TopologyTab(): ReactNode {
  const cluster = useCluster();
  const { metadata, spec, status } = cluster;
  const namespace = metadata.namespace ?? '';
  const machines = useLive<Machine>(partsOf(cluster, 'machines'));
  const pools = useLive<NodePool>(partsOf(cluster, 'nodepools'));
  const { object: network } = useOne<Network>({ plural: 'networks', namespace }, status?.network || spec.network || '');
  const { object: address } = useOne<FloatingIP>({ plural: 'floatingips', namespace }, status?.floatingIP || spec.endpoint?.floatingIP || '');
  return (
    <Panel title="How it is laid out">
      <Drawing cluster={cluster} machines={machines.items} pools={pools.items} network={network ?? undefined} address={address ?? undefined} />
    </Panel>
  );
}
