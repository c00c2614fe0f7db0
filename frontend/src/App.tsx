import { lazy, type ReactNode, Suspense } from 'react';
import { Route, Routes } from 'react-router';
import { Layout } from './components/Layout';
import { Loading, NotFound } from './components/States';
import { SessionDialog } from './features/session/SessionDialog';
import { SignIn } from './features/session/SignIn';
import { SessionProvider, useSession } from './lib/session';

const Overview = lazy(() => import('./features/overview/Overview'));
const Clusters = lazy(() => import('./features/clusters/Clusters'));

export function App(): ReactNode {
  return (
    <SessionProvider>
      <Gate />
    </SessionProvider>
  );
}

function Gate(): ReactNode {
  const { session, error, ended } = useSession();
  if (!session) return <Loading what={error ? 'Slipway does not answer yet; trying again' : 'Asking who you are'} />;
  if (!session.user && !ended) return <SignIn />;
  return (
    <Layout>
      <Suspense fallback={<Loading what="Loading the page" />}>
        <Routes>
          <Route path="/" element={<Overview />} />
          <Route path="/clusters" element={<Clusters />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Suspense>
      {ended && <SessionDialog />}
    </Layout>
  );
}
