import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { ExclamationTriangleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon';
import { InProgressIcon } from '@patternfly/react-icons/dist/esm/icons/in-progress-icon';
import { OutlinedCircleIcon } from '@patternfly/react-icons/dist/esm/icons/outlined-circle-icon';
import type { ReactNode } from 'react';
import type { Condition } from '../api/types';
import { Ago } from './Ago';

const NAMES: Record<string, string> = {
  Ready: 'Ready', NetworkReady: 'Network', MachinesReady: 'Machines', EndpointReady: 'Endpoint',
  ControlPlaneReady: 'Control plane', WorkersReady: 'Workers', AddonsReady: 'Add-ons', ProviderReady: 'Provider', Blocked: 'Blocked', AddonUnavailable: 'An add-on cannot be there',
};

const BAD_NEWS = ['Blocked', 'AddonUnavailable']; // True is what is wrong; else there is nothing to tell

/** What is so, what is not, and why. */
export function ConditionList({ object }: { object: { status?: object } }): ReactNode {
  const conditions = (object.status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
  if (conditions.length === 0) return <p className="sw-subtle">Not looked at yet.</p>;
  return (
    <ul className="sw-conditions">
      {conditions.filter(({ type, status }) => !BAD_NEWS.includes(type) || status === 'True').map((condition) => (
        <li key={condition.type}>
          <Mark condition={condition} />
          <div>
            <div className="sw-row">
              <strong>{NAMES[condition.type] ?? condition.type}</strong>
              <span className="sw-subtle"><Ago at={condition.lastTransitionTime} /></span>
            </div>
            {good(condition) ? null : <div className="sw-subtle">{condition.message || condition.reason}</div>}
          </div>
        </li>
      ))}
    </ul>
  );
}

function good({ type, status }: Condition): boolean {
  return status === (BAD_NEWS.includes(type) ? 'False' : 'True');
}

function Mark({ condition }: { condition: Condition }): ReactNode {
  const { type, status, reason } = condition;
  if (good(condition)) return <CheckCircleIcon className="sw-good" aria-label="yes" role="img" />;
  if (status === 'Unknown') return <OutlinedCircleIcon className="sw-subtle" aria-label="not known" role="img" />;
  if (!BAD_NEWS.includes(type) && /^(Waiting|Reconciling|ScalingDown|Deleting)/.test(reason)) return <InProgressIcon className="sw-busy" aria-label="in progress" role="img" />;
  return <ExclamationTriangleIcon className="sw-bad" aria-label="no" role="img" />;
}
