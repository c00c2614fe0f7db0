import type { ReactNode } from 'react';
import type { KubeEvent } from '../../api/types';
import { EventList } from '../../components/EventList';
import { Panel } from '../../components/Facts';
import { useLive } from '../../lib/live';
import { eventsOf, useCluster } from './context';

export default function EventsTab(): ReactNode {
  const events = useLive<KubeEvent>(eventsOf(useCluster()));
  return (
    <Panel title="Events of the last day">
      <EventList events={events.items} complete={events.complete} />
    </Panel>
  );
}
