import { Grid, GridItem } from '@patternfly/react-core';
import { lazy, type ReactNode, Suspense } from 'react';
import { Failure } from '../../components/Failure';
import { Panel } from '../../components/Facts';
import { Gauge } from '../../components/Gauge';
import { Loading } from '../../components/States';
import { bytes } from '../../lib/quantity';
import { useUsage } from '../../lib/usage';
import { useCluster } from './context';

const TimeChart = lazy(() => import('../../components/TimeChart'));

export default function UsageTab(): ReactNode {
  const { metadata } = useCluster();
  const { data, error } = useUsage(metadata.namespace ?? '', metadata.name, metadata.uid ?? '');
  if (!data) return error ? <Failure error={error} title="No numbers yet" /> : <Loading what="Asking the cluster’s metrics-server" />;
  const cpu = data.nodes.map(({ name, cpu: values }) => ({ name, values }));
  const memory = data.nodes.map(({ name, memory: values }) => ({ name, values }));
  return (
    <Grid hasGutter>
      {error && <GridItem><Failure error={error} title="The last look failed; what was seen before is kept" /></GridItem>}
      <GridItem>
        <Panel title="Now">
          <div className="sw-columns">
            {data.nodes.map((node) => (
              <div key={node.name}>
                <h3 className="sw-heading">{node.name}</h3>
                <Gauge label="CPU" used={node.cpu.at(-1) ?? 0} limit={node.cpuCapacity} text={`${(node.cpu.at(-1) ?? 0).toFixed(2)} of ${node.cpuCapacity} cores`} />
                <Gauge label="Memory" used={node.memory.at(-1) ?? 0} limit={node.memoryCapacity} text={`${bytes(node.memory.at(-1) ?? 0)} of ${bytes(node.memoryCapacity)}`} />
              </div>
            ))}
          </div>
        </Panel>
      </GridItem>
      <GridItem lg={6}><Panel title="CPU cores"><Suspense fallback={<Loading what="Loading the chart" />}><TimeChart label="CPU cores of each node" times={data.times} series={cpu} show={(value) => value.toFixed(2)} /></Suspense></Panel></GridItem>
      <GridItem lg={6}><Panel title="Memory"><Suspense fallback={<Loading what="Loading the chart" />}><TimeChart label="Memory of each node" times={data.times} series={memory} show={bytes} /></Suspense></Panel></GridItem>
      <GridItem><p className="sw-subtle">Measured every 15 seconds while this page is open, and kept for an hour.</p></GridItem>
    </Grid>
  );
}
