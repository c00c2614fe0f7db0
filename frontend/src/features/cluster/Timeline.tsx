import { ProgressStep, ProgressStepper, type ProgressStepProps } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { Cluster } from '../../api/types';
import { useNow } from '../../components/Ago';
import { healthOf } from '../../lib/health';
import { between, duration } from '../../lib/time';

/** The order in which a cluster is built, as people would say it. Steps that are over in a moment are told together. */
const STEPS: { label: string; phases: string[] }[] = [
  { label: 'Network and placement', phases: ['Network', 'Borrow', 'Group'] },
  { label: 'Release and identity', phases: ['Release', 'Identity'] },
  { label: 'Machines asked for', phases: ['Machines'] },
  { label: 'Address and endpoint', phases: ['Address', 'Endpoint', 'Credential'] },
  { label: 'Machines answer', phases: ['Answers', 'Members'] },
  { label: 'Control plane', phases: ['ControlPlane', 'Observe', 'Shrink', 'JoinControlPlanes'] },
  { label: 'Workers', phases: ['JoinWorkers', 'Marks'] },
  { label: 'Health', phases: ['Health'] },
  { label: 'Add-ons', phases: ['Addons'] },
];

interface PhaseEntry {
  name: string;
  startedAt: string;
  finishedAt?: string;
  message?: string;
}

export function Timeline({ cluster }: { cluster: Cluster }): ReactNode {
  useNow(); // elapsed times run
  const entries = (cluster.status?.phases ?? []) as unknown as PhaseEntry[];
  const { health } = healthOf(cluster);
  const first = entries[0]?.startedAt;
  const last = entries.at(-1)?.finishedAt;
  return (
    <>
      <ProgressStepper isVertical aria-label="Phases of the cluster" className="sw-timeline">
        {STEPS.map(({ label, phases }) => {
          const held = entries.filter(({ name }) => phases.includes(name));
          const current = held.find(({ finishedAt }) => !finishedAt);
          return (
            <ProgressStep
              key={label} id={`step-${label}`} titleId={`step-${label}-title`}
              isCurrent={current !== undefined} aria-label={`${label}: ${said(held, current)}`}
              variant={variant(held, current, health)}
              description={<span>{said(held, current)}{current?.message && <span className="sw-text"> · {current.message}</span>}</span>}
            >
              {label}
            </ProgressStep>
          );
        })}
      </ProgressStepper>
      {first && <p className="sw-subtle">{last && health === 'ready' ? `Built in ${duration(between(first, last))}` : `Begun ${duration(between(first))} ago`}</p>}
    </>
  );
}

function variant(held: PhaseEntry[], current: PhaseEntry | undefined, health: string): NonNullable<ProgressStepProps['variant']> {
  if (held.length === 0) return 'pending';
  if (!current) return 'success';
  return health === 'blocked' ? 'warning' : health === 'failing' ? 'danger' : 'info';
}

function said(held: PhaseEntry[], current: PhaseEntry | undefined): string {
  const start = held[0]?.startedAt;
  if (!start) return 'to come';
  const end = held.at(-1)?.finishedAt;
  return current ? `for ${duration(between(current.startedAt))}` : duration(between(start, end));
}
