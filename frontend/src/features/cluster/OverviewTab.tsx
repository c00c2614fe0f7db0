import { Grid, GridItem } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { KubeEvent, Machine } from '../../api/types';
import { Ago } from '../../components/Ago';
import { ConditionList } from '../../components/ConditionList';
import { EventList } from '../../components/EventList';
import { Facts, Panel } from '../../components/Facts';
import { LinkButton } from '../../components/LinkButton';
import { useLive } from '../../lib/live';
import { eventsOf, partsOf, useCluster } from './context';
import { MachineGrid } from './MachineGrid';
import { Timeline } from './Timeline';

export default function OverviewTab(): ReactNode {
  const cluster = useCluster();
  const { metadata, spec, status } = cluster;
  const machines = useLive<Machine>(partsOf(cluster, 'machines'));
  const events = useLive<KubeEvent>(eventsOf(cluster));
  const root = `/clusters/${metadata.namespace}/${metadata.name}`;
  return (
    <Grid hasGutter>
      <GridItem lg={4} md={6}>
        <Panel title="Progress">
          <Timeline cluster={cluster} />
        </Panel>
      </GridItem>
      <GridItem lg={4} md={6}>
        <Panel title="Conditions">
          <ConditionList object={cluster} />
        </Panel>
      </GridItem>
      <GridItem lg={4}>
        <Panel title="Facts">
          <Facts
            facts={[
              ['Endpoint', status?.endpoint && <code>{status.endpoint}</code>],
              ['Version', status?.version ?? spec.version],
              ['Provider', spec.provider],
              ['Control plane', `${spec.controlPlane?.replicas ?? 3} machines${shape(spec.controlPlane?.machine)}`],
              ['Network', status?.network || spec.network],
              ['Floating IP', status?.floatingIP || spec.endpoint?.floatingIP],
              ['Storage pools', spec.storagePools?.join(', ')],
              ['Pods and Services', `${spec.podCIDR}, ${spec.serviceCIDR}`],
              ['Created', <Ago key="age" at={metadata.creationTimestamp} />],
            ]}
          />
        </Panel>
      </GridItem>
      <GridItem lg={6}>
        <Panel title="Machines" actions={<LinkButton variant="link" isInline to={`${root}/machines`}>All machines</LinkButton>}>
          <MachineGrid machines={machines.items} complete={machines.complete} />
        </Panel>
      </GridItem>
      <GridItem lg={6}>
        <Panel title="Latest events" actions={<LinkButton variant="link" isInline to={`${root}/events`}>All events</LinkButton>}>
          <EventList events={events.items} complete={events.complete} most={6} />
        </Panel>
      </GridItem>
    </Grid>
  );
}

export function shape(machine: { cpu?: string; memory?: string; disk?: string; flavor?: string } | undefined): string {
  if (machine?.flavor) return `, ${machine.flavor}`;
  const parts = [machine?.cpu && `${machine.cpu} CPU`, machine?.memory, machine?.disk && `${machine.disk} disk`].filter(Boolean);
  return parts.length > 0 ? `, ${parts.join(' · ')}` : '';
}
