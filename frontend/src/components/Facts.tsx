import { Card, CardBody, CardHeader, CardTitle, DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from '@patternfly/react-core';
import type { ReactNode } from 'react';

/** Terms and what they are; what is empty is left out. */
export function Facts({ facts, columns = 1 }: { facts: [string, ReactNode][]; columns?: 1 | 2 | 3 }): ReactNode {
  return (
    <DescriptionList columnModifier={{ default: '1Col', xl: columns === 3 ? '3Col' : columns === 2 ? '2Col' : '1Col' }} isCompact>
      {facts
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([term, value]) => (
          <DescriptionListGroup key={term}>
            <DescriptionListTerm>{term}</DescriptionListTerm>
            <DescriptionListDescription>{value}</DescriptionListDescription>
          </DescriptionListGroup>
        ))}
    </DescriptionList>
  );
}

export function Panel({ title, children, actions, className }: { title: string; children: ReactNode; actions?: ReactNode; className?: string }): ReactNode {
  return (
    <Card isFullHeight className={className} component="section" aria-label={title}>
      <CardHeader {...(actions ? { actions: { actions, hasNoOffset: true } } : {})}>
        <CardTitle component="h2">{title}</CardTitle>
      </CardHeader>
      <CardBody>{children}</CardBody>
    </Card>
  );
}
