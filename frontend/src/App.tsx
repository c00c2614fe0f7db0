import { lazy, type ReactNode, Suspense } from 'react';
import { Route, Routes } from 'react-router';
import { Layout } from './components/Layout';
import { Loading, NotFound } from './components/States';
import { KINDS } from './features/resources/kinds';
import { SessionDialog } from './features/session/SessionDialog';
import { SignIn } from './features/session/SignIn';
import { SessionProvider, useSession } from './lib/session';

const Overview = lazy(() => import('./features/overview/Overview'));
const Clusters = lazy(() => import('./features/clusters/Clusters'));
const ClusterPage = lazy(() => import('./features/cluster/ClusterPage'));
const OverviewTab = lazy(() => import('./features/cluster/OverviewTab'));
const NodePoolsTab = lazy(() => import('./features/cluster/NodePoolsTab'));
const MachinesTab = lazy(() => import('./features/cluster/MachinesTab'));
const TopologyTab = lazy(() => import('./features/cluster/TopologyTab'));
const RunsTab = lazy(() => import('./features/cluster/RunsTab'));
const EventsTab = lazy(() => import('./features/cluster/EventsTab'));
const YamlTab = lazy(() => import('./features/cluster/YamlTab'));
const UsageTab = lazy(() => import('./features/cluster/UsageTab'));
const CreateCluster = lazy(() => import('./features/create/CreateCluster'));
const ResourceList = lazy(() => import('./features/resources/ResourceList'));
const ResourceForm = lazy(() => import('./features/resources/ResourceForm'));
const Tenants = lazy(() => import('./features/tenants/Tenants'));
const NewTenant = lazy(() => import('./features/tenants/NewTenant'));
const TenantPage = lazy(() => import('./features/tenants/TenantPage'));
const Providers = lazy(() => import('./features/providers/Providers'));
const NewProvider = lazy(() => import('./features/providers/NewProvider'));
const ProviderPage = lazy(() => import('./features/providers/ProviderPage'));
const Hosts = lazy(() => import('./features/hosts/Hosts'));
const NewHost = lazy(() => import('./features/hosts/NewHost'));
const HostPage = lazy(() => import('./features/hosts/HostPage'));
const Releases = lazy(() => import('./features/releases/Releases'));
const HealthPage = lazy(() => import('./features/platform/HealthPage'));
const LedgerTab = lazy(() => import('./features/cluster/LedgerTab'));

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
          <Route path="/clusters/new" element={<CreateCluster />} />
          <Route path="/clusters/:tenant/:name" element={<ClusterPage />}>
            <Route index element={<OverviewTab />} />
            <Route path="nodepools" element={<NodePoolsTab />} />
            <Route path="machines" element={<MachinesTab />} />
            <Route path="topology" element={<TopologyTab />} />
            <Route path="runs/:run?" element={<RunsTab />} />
            <Route path="events" element={<EventsTab />} />
            <Route path="yaml" element={<YamlTab />} />
            <Route path="usage" element={<UsageTab />} />
            <Route path="ledger" element={<LedgerTab />} />
          </Route>
          {KINDS.map((kind) => (
            <Route key={kind.plural} path={`/${kind.plural}`}>
              <Route index element={<ResourceList key={kind.plural} kind={kind} />} />
              <Route path="new" element={<ResourceForm key={kind.plural} kind={kind} />} />
            </Route>
          ))}
          <Route path="/tenants" element={<Tenants />} />
          <Route path="/tenants/new" element={<NewTenant />} />
          <Route path="/tenants/:name" element={<TenantPage />} />
          <Route path="/providers" element={<Providers />} />
          <Route path="/providers/new" element={<NewProvider />} />
          <Route path="/providers/:name" element={<ProviderPage />} />
          <Route path="/hosts" element={<Hosts />} />
          <Route path="/hosts/new" element={<NewHost />} />
          <Route path="/hosts/:name" element={<HostPage />} />
          <Route path="/releases" element={<Releases />} />
          <Route path="/health" element={<HealthPage />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Suspense>
      {ended && <SessionDialog />}
    </Layout>
  );
}
