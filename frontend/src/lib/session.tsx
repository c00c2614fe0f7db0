/** Who is signed in, and what that person may do. */
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { Session } from '../api/types';
import { forgetAll } from './live';
import { json, setCsrfToken, whenUnauthorized } from './http';

const SIGNED_IN = 'slipway:signed-in';
const RANK = { viewer: 1, operator: 2, admin: 3 };

interface SessionState {
  session: Session | undefined;
  error: Error | null;
  ended: boolean; // somebody was signed in, and the server does not know the session any more
  signIn: (credentials: object) => Promise<void>;
  signOut: () => Promise<void>;
  may: (role: keyof typeof RANK, tenant?: string) => boolean;
}

const Context = createContext<SessionState | null>(null);

export function SessionProvider({ children }: { children: ReactNode }): ReactNode {
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  const { data: session, error } = useQuery({ queryKey: ['session'], queryFn: readSession, staleTime: Infinity, retry: 20 });
  useEffect(() => whenUnauthorized(() => setEnded(true)), []);
  useEffect(() => (ended ? whenBack(client, () => setEnded(false)) : undefined), [ended, client]);

  const state = useMemo<SessionState>(() => {
    const enter = async (method: string, body?: object): Promise<void> => {
      const fresh = await readSession(); // the CSRF token may be older than the server's restart
      const answer = await json<Session>('/session', { method, ...(body ? { body } : {}) });
      setCsrfToken(answer.csrfToken || fresh.csrfToken);
      client.setQueryData(['session'], answer);
    };
    return {
      session,
      error,
      ended,
      signIn: async (credentials) => {
        await enter('POST', credentials);
        setEnded(false);
        window.dispatchEvent(new Event(SIGNED_IN));
      },
      signOut: async () => {
        await enter('DELETE');
        forgetAll(client);
        setEnded(false);
      },
      may: (role, tenant) => Boolean(session && (session.platformAdmin || holds(session, role, tenant))),
    };
  }, [client, session, error, ended]);
  return <Context.Provider value={state}>{children}</Context.Provider>;
}

/** Somebody signed in again in another tab: seen when this one is looked at. */
function whenBack(client: QueryClient, listener: () => void): () => void {
  const look = async (): Promise<void> => {
    const session = await readSession();
    if (!session.user) return;
    client.setQueryData(['session'], session);
    listener();
    window.dispatchEvent(new Event(SIGNED_IN));
  };
  const onFocus = (): void => void look().catch(() => undefined); // the server is away: looked at the next time
  window.addEventListener('focus', onFocus);
  return () => window.removeEventListener('focus', onFocus);
}

async function readSession(): Promise<Session> {
  const session = await json<Session>('/session');
  setCsrfToken(session.csrfToken);
  return session;
}

function holds(session: Session, role: keyof typeof RANK, tenant: string | undefined): boolean {
  const roles = tenant ? [session.roles[tenant]] : Object.values(session.roles);
  return roles.some((held) => held !== undefined && RANK[held] >= RANK[role]);
}

export function useSession(): SessionState {
  const state = useContext(Context);
  if (!state) throw new Error('useSession outside of SessionProvider');
  return state;
}
