import { Card, CardBody, CardTitle, ProgressStep, ProgressStepper } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { LinkButton } from '../../components/LinkButton';
import { useSession } from '../../lib/session';

/** What to do first on an empty platform. */
export function FirstSteps({ providers, tenants }: { providers: number; tenants: number }): ReactNode {
  const { session } = useSession();
  if (!session?.platformAdmin) return null;
  const steps = [
    { done: providers > 0, label: 'Add a provider', text: 'where machines come from', to: '/providers/new' },
    { done: tenants > 0, label: 'Create a tenant', text: 'for whom clusters are', to: '/tenants/new' },
    { done: false, label: 'Create a cluster', text: 'in one click', to: '/clusters/new' },
  ];
  const next = steps.findIndex(({ done }) => !done);
  return (
    <Card component="section" aria-label="First steps">
      <CardTitle component="h2">Three steps to the first cluster</CardTitle>
      <CardBody>
        <ProgressStepper aria-label="First steps">
          {steps.map(({ done, label, text, to }, index) => (
            <ProgressStep key={to} id={to} titleId={`${to}-title`} variant={done ? 'success' : index === next ? 'info' : 'pending'} isCurrent={index === next} aria-label={`${label}, ${done ? 'done' : 'to do'}`}
              description={index === next ? <LinkButton variant="link" isInline to={to}>{label}</LinkButton> : text}>
              {label}
            </ProgressStep>
          ))}
        </ProgressStepper>
      </CardBody>
    </Card>
  );
}
