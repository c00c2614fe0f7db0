import { Alert, Button, Divider } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useLocation } from 'react-router';

/** What the server puts into the address when a sign-in by the issuer came to nothing. */
const PARAMETER = 'signIn';
const REASONS: Record<string, string> = {
  denied: 'The sign-in was not finished there: try again, or use another way.',
  expired: 'The sign-in took longer than ten minutes, or was begun in another browser: try again.',
  refused: 'What it says of you is not accepted here: an administrator finds the reason in the server’s log.',
  unreachable: 'It does not answer: try again in a minute, or use another way.',
  off: 'This server knows no such way to sign in.',
};

/** The way by OpenID Connect. With `aside` in a new tab: the page with what was typed stays. */
export function IssuerLink({ label, aside }: { label: string; aside: boolean }): ReactNode {
  const { pathname, search } = useLocation();
  const query = new URLSearchParams(search);
  const failed = REASONS[query.get(PARAMETER) ?? ''];
  query.delete(PARAMETER);
  const to = aside ? '/' : `${pathname}${query.size ? `?${query.toString()}` : ''}`;
  return (
    <>
      {failed && <Alert variant="danger" isInline title={`Sign-in with ${label} failed`} component="p">{failed}</Alert>}
      <Button component="a" variant="secondary" isBlock href={`/session/issuer?${new URLSearchParams({ to }).toString()}`} {...(aside ? { target: '_blank', rel: 'noopener' } : {})}>
        Sign in with {label}
      </Button>
      {aside && <p className="sw-subtle">In a new tab: come back here afterwards.</p>}
      <Divider />
    </>
  );
}
