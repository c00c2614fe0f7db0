import { Breadcrumb, BreadcrumbItem, Flex, FlexItem, PageBreadcrumb, PageSection, Title } from '@patternfly/react-core';
import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';

interface PageHeadProps {
  title: string;
  beside?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  trail?: { to: string; label: string }[];
}

export function PageHead({ title, beside, lead, actions, trail = [] }: PageHeadProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Slipway`;
  }, [title]);
  return (
    <>
      {trail.length > 0 && (
        <PageBreadcrumb>
          <Breadcrumb>
            {trail.map(({ to, label }) => (
              <BreadcrumbItem key={to} render={({ className }) => <Link to={to} className={className}>{label}</Link>} />
            ))}
            <BreadcrumbItem isActive>{title}</BreadcrumbItem>
          </Breadcrumb>
        </PageBreadcrumb>
      )}
      <PageSection>
        <Flex alignItems={{ default: 'alignItemsCenter' }} justifyContent={{ default: 'justifyContentSpaceBetween' }}>
          <FlexItem>
            <Flex alignItems={{ default: 'alignItemsCenter' }} gap={{ default: 'gapMd' }}>
              <Title headingLevel="h1">{title}</Title>
              {beside}
            </Flex>
            {lead && <div className="sw-lead">{lead}</div>}
          </FlexItem>
          {actions && <FlexItem className="sw-head-actions">{actions}</FlexItem>}
        </Flex>
      </PageSection>
    </>
  );
}
