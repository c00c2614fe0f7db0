import { BanIcon } from '@patternfly/react-icons/dist/esm/icons/ban-icon';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { ExclamationCircleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import { InProgressIcon } from '@patternfly/react-icons/dist/esm/icons/in-progress-icon';
import { TrashIcon } from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import type { ReactNode } from 'react';
import { type Health, HEALTHS } from '../lib/health';

const LOOK = {
  blocked: { color: 'orange', icon: <BanIcon /> },
  failing: { color: 'red', icon: <ExclamationCircleIcon /> },
  building: { color: 'blue', icon: <InProgressIcon /> },
  deleting: { color: 'grey', icon: <TrashIcon /> },
  ready: { color: 'green', icon: <CheckCircleIcon /> },
} as const;

export function labelOf(health: Health): string {
  return HEALTHS.find((entry) => entry.health === health)?.label ?? health;
}

/** PatternFly's Label without its script, which measures each one: in a long list that took seconds. */
export function HealthLabel({ health, children }: { health: Health; children?: ReactNode }): ReactNode {
  const { color, icon } = LOOK[health];
  return (
    <span className={`pf-v6-c-label pf-m-compact pf-m-${color}`}>
      <span className="pf-v6-c-label__content">
        <span className="pf-v6-c-label__icon">{icon}</span>
        <span className="pf-v6-c-label__text">{children ?? labelOf(health)}</span>
      </span>
    </span>
  );
}
