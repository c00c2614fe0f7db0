import { useOutletContext } from 'react-router';
import type { Cluster } from '../../api/types';
import type { Source } from '../../lib/follow';
import type { Plural } from '../../lib/resources';

export const CLUSTER_LABEL = 'slipway.dev/cluster';
export const POOL_LABEL = 'slipway.dev/pool';

/** The cluster whose page it is. */
export function useCluster(): Cluster {
  return useOutletContext<Cluster>();
}

/** What belongs to the cluster. */
export function partsOf({ metadata }: Cluster, plural: Plural): Source {
  return { plural, namespace: metadata.namespace ?? '', labelSelector: `${CLUSTER_LABEL}=${metadata.name}` };
}

export function eventsOf({ metadata }: Cluster): Source {
  return { plural: 'events', namespace: metadata.namespace ?? '', fieldSelector: `involvedObject.name=${metadata.name}` };
}
