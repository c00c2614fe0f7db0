import { Button, Nav, NavItem, NavList, PageSection } from '@patternfly/react-core';
import { type ReactNode, Suspense, useState } from 'react';
import { Link, Outlet, useLocation, useParams } from 'react-router';
import type { Cluster } from '../../api/types';
import { HealthLabel } from '../../components/HealthLabel';
import { PageHead } from '../../components/PageHead';
import { Loading, Refused } from '../../components/States';
import { healthOf } from '../../lib/health';
import { useOne } from '../../lib/live';
import { useSession } from '../../lib/session';
import { Attention } from './Attention';
import { ConnectDialog } from './ConnectDialog';
import { DeleteDialog } from './DeleteDialog';
import { Gone } from './Gone';

const TABS = [
  ['', 'Overview'], ['nodepools', 'Node pools'], ['machines', 'Machines'], ['usage', 'CPU and memory'],
  ['topology', 'Topology'], ['runs', 'Runs'], ['events', 'Events'], ['yaml', 'YAML'], ['ledger', 'Ledger'],
] as const;

export default function ClusterPage(): ReactNode {
  const { tenant = '', name = '' } = useParams();
  const { object: cluster, live } = useOne<Cluster>({ plural: 'clusters', namespace: tenant }, name);
  if (live.phase === 'refused') return <PageSection><Refused alone message={live.error?.message ?? ''} /></PageSection>;
  if (cluster === undefined) return <Loading what={`Loading cluster ${name}`} />;
  if (cluster === null) return <Gone tenant={tenant} name={name} />;
  return <Found key={cluster.metadata.uid} cluster={cluster} />;
}

function Found({ cluster }: { cluster: Cluster }): ReactNode {
  const { may } = useSession();
  const [dialog, setDialog] = useState<'' | 'connect' | 'delete'>('');
  const { metadata, status } = cluster;
  const { health } = healthOf(cluster);
  const nodes = status?.nodes;
  const changes = may('operator', metadata.namespace);
  const actions = (
    <>
      <Button variant="secondary" onClick={() => setDialog('connect')} isDisabled={!status?.endpoint}>Connect</Button>{' '}
      {changes && <Button variant="danger" onClick={() => setDialog('delete')} isDisabled={health === 'deleting'}>Delete</Button>}
    </>
  );
  return (
    <>
      <PageHead
        title={metadata.name} beside={<HealthLabel health={health} />} actions={actions}
        trail={[{ to: '/clusters', label: 'Clusters' }, { to: `/clusters?tenant=${metadata.namespace}`, label: metadata.namespace ?? '' }]}
        lead={`Kubernetes ${status?.version ?? cluster.spec.version} on ${cluster.spec.provider}${nodes?.total ? ` · ${nodes.ready ?? 0} of ${nodes.total} nodes ready` : ''}`}
      />
      <Attention cluster={cluster} onDelete={changes ? () => setDialog('delete') : undefined} />
      <Tabs />
      <PageSection isFilled aria-label="Details">
        <Suspense fallback={<Loading what="Loading" />}>
          <Outlet context={cluster} />
        </Suspense>
      </PageSection>
      {dialog === 'connect' && <ConnectDialog cluster={cluster} onClose={() => setDialog('')} />}
      {dialog === 'delete' && <DeleteDialog cluster={cluster} onClose={() => setDialog('')} />}
    </>
  );
}

function Tabs(): ReactNode {
  const { tenant = '', name = '' } = useParams();
  const { pathname } = useLocation();
  const root = `/clusters/${tenant}/${name}`;
  const current = pathname.slice(root.length + 1).split('/')[0] ?? '';
  return (
    <PageSection type="tabs" className="sw-tabs" aria-label="Parts of the cluster">
      <Nav variant="horizontal-subnav" aria-label="Parts of the cluster">
        <NavList>
          {TABS.map(([path, label]) => (
            <NavItem key={path} isActive={current === path}>
              <Link to={path ? `${root}/${path}` : root} aria-current={current === path ? 'page' : undefined}>{label}</Link>
            </NavItem>
          ))}
        </NavList>
      </Nav>
    </PageSection>
  );
}
