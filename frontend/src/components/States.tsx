/** What a page shows when it has nothing to show. */
import { Bullseye, Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Spinner } from '@patternfly/react-core';
import { CubesIcon } from '@patternfly/react-icons/dist/esm/icons/cubes-icon';
import { LockIcon } from '@patternfly/react-icons/dist/esm/icons/lock-icon';
import { SearchIcon } from '@patternfly/react-icons/dist/esm/icons/search-icon';
import type { ComponentType, ReactNode } from 'react';
import { Link } from 'react-router';

export function Loading({ what }: { what: string }): ReactNode {
  return (
    <Bullseye className="sw-fill" role="status">
      <EmptyState titleText={`${what}…`} headingLevel="h2" icon={SmallSpinner} variant="sm" />
    </Bullseye>
  );
}

function SmallSpinner(): ReactNode {
  return <Spinner size="lg" aria-hidden />;
}

interface EmptyProps {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  icon?: ComponentType;
  alone?: boolean; // nothing else on the page has a heading
}

export function Empty({ title, children, action, icon = CubesIcon, alone = false }: EmptyProps): ReactNode {
  return (
    <EmptyState titleText={title} headingLevel={alone ? 'h1' : 'h2'} icon={icon}>
      {children && <EmptyStateBody>{children}</EmptyStateBody>}
      {action && (
        <EmptyStateFooter>
          <EmptyStateActions>{action}</EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}

export function Refused({ message, alone = false }: { message: string; alone?: boolean }): ReactNode {
  return (
    <Empty title="You may not see this" icon={LockIcon} alone={alone}>
      {message} An administrator of the tenant can give you a role in it.
    </Empty>
  );
}

export function NotFound({ what = 'This page' }: { what?: string }): ReactNode {
  return (
    <Empty
      title={`${what} is not there`}
      icon={SearchIcon}
      alone
      action={<Button variant="primary" component={(props) => <Link {...props} to="/clusters" />}>All clusters</Button>}
    >
      It may have been deleted, or the address is mistyped.
    </Empty>
  );
}
