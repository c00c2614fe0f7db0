import { ExclamationTriangleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon';
import { InfoCircleIcon } from '@patternfly/react-icons/dist/esm/icons/info-circle-icon';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { KubeEvent } from '../api/types';
import { Ago } from './Ago';

interface EventListProps {
  events: KubeEvent[];
  complete: boolean;
  most?: number;
  about?: boolean; // whether to say what each is about
}

/** What happened, the latest first. */
export function EventList({ events, complete, most = 500, about = false }: EventListProps): ReactNode {
  if (events.length === 0) return <p className="sw-subtle">{complete ? 'Nothing happened in the last day.' : 'Loading events…'}</p>;
  const latest = [...events].sort((one, other) => other.lastTimestamp.localeCompare(one.lastTimestamp)).slice(0, most);
  return (
    <ul className="sw-events">
      {latest.map((event) => (
        <li key={`${event.metadata.namespace} ${event.metadata.name}`}>
          {event.type === 'Warning' ? <ExclamationTriangleIcon className="sw-bad" aria-label="Warning" role="img" /> : <InfoCircleIcon className="sw-calm" aria-label="Normal" role="img" />}
          <div>
            <div className="sw-row">
              <strong>{event.reason}</strong>
              {about && <About event={event} />}
              {event.count > 1 && <span className="sw-subtle">{event.count} times</span>}
              <span className="sw-subtle"><Ago at={event.lastTimestamp} /></span>
            </div>
            <div className="sw-text">{event.message}</div>
          </div>
        </li>
      ))}
    </ul>
  );
}

function About({ event: { involvedObject, metadata } }: { event: KubeEvent }): ReactNode {
  const { kind, name } = involvedObject;
  if (kind !== 'Cluster') return <span>{kind} {name}</span>;
  return <Link to={`/clusters/${metadata.namespace}/${name}`}>{name}</Link>;
}
