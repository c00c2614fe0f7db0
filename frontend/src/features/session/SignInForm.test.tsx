import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SessionProvider, useSession } from '../../lib/session';
import { show } from '../../test/render';
import { jsonReply, serve } from '../../test/server';
import { SignInForm } from './SignInForm';

const nobody = { user: null, platformAdmin: false, roles: {}, signIn: { password: false, issuer: null }, csrfToken: 'c5rf' };

function Page() {
  const { session } = useSession();
  if (!session) return null;
  return session.user ? <p>hello {session.user}</p> : <SignInForm />;
}

describe('SignInForm', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('exchanges a token for a session, with the CSRF token, and keeps it nowhere', async () => {
    const asked = serve(({ method }) => (method === 'POST' ? jsonReply({ ...nobody, user: 'demo:olga' }, 201) : jsonReply(nobody)));
    show(<SessionProvider><Page /></SessionProvider>);
    expect(await screen.findByLabelText('Token')).toBeVisible();
    expect(screen.queryByText('User name and password'), 'not offered by this server').toBeNull();
    await userEvent.type(screen.getByLabelText('Token'), 'slip_secret');
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));

    expect(await screen.findByText('hello demo:olga')).toBeVisible();
    const post = asked.find(({ method }) => method === 'POST');
    expect(post).toMatchObject({ path: '/session', body: { token: 'slip_secret' } });
    expect(post?.headers['X-CSRFToken']).toBe('c5rf');
    expect(JSON.stringify(localStorage)).not.toContain('slip_secret');
  });

  it('tells why not, and keeps what was typed', async () => {
    serve(({ method }) => (method === 'POST' ? jsonReply({ message: 'the user name or the password is wrong', code: 401 }, 401) : jsonReply({ ...nobody, signIn: { password: true, issuer: null } })));
    show(<SessionProvider><Page /></SessionProvider>);
    await userEvent.type(await screen.findByLabelText('Password'), 'guess');
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(screen.getByText('the user name or the password is wrong')).toBeVisible());
    expect(screen.getByLabelText('Password')).toHaveValue('guess');
  });

  it('leads to the issuer and back to where one was, and tells why that came to nothing', async () => {
    serve(() => jsonReply({ ...nobody, signIn: { password: false, issuer: 'id.example.org' } }));
    show(<SessionProvider><Page /></SessionProvider>, '/clusters?tenant=acme&signIn=refused');

    const link = await screen.findByRole('link', { name: 'Sign in with id.example.org' });
    expect(link).toHaveAttribute('href', `/session/issuer?to=${encodeURIComponent('/clusters?tenant=acme')}`);
    expect(screen.getByText(/What it says of you is not accepted here/)).toBeVisible();
    expect(screen.getByLabelText('Token'), 'a token works, too').toBeVisible();
  });
});
