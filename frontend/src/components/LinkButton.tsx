import { Button, type ButtonProps } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

/** A link that looks like a button. */
export function LinkButton({ to, ...props }: { to: string } & Omit<ButtonProps, 'component' | 'ref'>): ReactNode {
  return <Button {...props} component={(inner: object) => <Link {...inner} to={to} />} />;
}
