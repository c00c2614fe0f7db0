import { Button, Grid, GridItem, PageSection } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { Host } from '../../api/types';
import { Ago } from '../../components/Ago';
import { ConditionList } from '../../components/ConditionList';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { Failure } from '../../components/Failure';
import { Facts, Panel } from '../../components/Facts';
import { PageHead } from '../../components/PageHead';
import { Loading, NotFound, Refused } from '../../components/States';
import { json } from '../../lib/http';
import { useOne } from '../../lib/live';
import { pathOf, remove } from '../../lib/resources';
import { useSession } from '../../lib/session';
import { Claim, HostState } from './state';

const TERMS: Record<string, string> = { cpu: 'Cores', memory: 'Memory', disks: 'Disks', systemName: 'System', kernel: 'Kernel', architecture: 'Architecture' };

const ask = (name: string, what: 'check' | 'release'): Promise<unknown> => json(pathOf('hosts', '', name, what), { method: 'POST', body: {} });

export default function HostPage(): ReactNode {
  const { name = '' } = useParams();
  const { session } = useSession();
  const { object: host, live } = useOne<Host>({ plural: 'hosts' }, name);
  const [asked, setAsked] = useState<'release' | 'delete' | null>(null);
  const look = useMutation({ mutationFn: () => ask(name, 'check') });
  if (live.phase === 'refused') return <Refused alone message={live.error?.message ?? ''} />;
  if (host === undefined) return <Loading what={`Loading host ${name}`} />;
  if (host === null) return <NotFound what={`Host ${name}`} />;
  const { spec, status } = host;
  const facts = Object.entries(TERMS).map(([key, term]): [string, ReactNode] => [term, status?.facts?.[key]]);
  return (
    <>
      <PageHead title={name} beside={<HostState host={host} />} lead={`${spec.user}@${spec.address}:${spec.port}`} trail={[{ to: '/hosts', label: 'Hosts' }]}
        actions={session?.platformAdmin && <>
          <Button variant="secondary" onClick={() => look.mutate()} isLoading={look.isPending}>Look at it now</Button>{' '}
          <Button variant="secondary" onClick={() => setAsked('release')} isDisabled={status?.state === 'Free' || !status?.state}>Release</Button>{' '}
          <Button variant="danger" onClick={() => setAsked('delete')}>Delete</Button>
        </>} />
      <PageSection isFilled aria-label={`Host ${name}`}>
        <Failure error={look.error} />
        <Grid hasGutter>
          <GridItem lg={6}><Panel title="How it is"><ConditionList object={host} /><Problems host={host} /></Panel></GridItem>
          <GridItem lg={6}>
            <Panel title="What it is">
              <Facts facts={[['Claimed by', <Claim key="claim" host={host} />], ['Provider', spec.provider], ['Failure domain', spec.failureDomain], ...facts, ['Host key', status?.hostKey && <code className="sw-wrap">{status.hostKey}</code>], ['Looked at', status?.checkedAt && <Ago at={status.checkedAt} />]]} />
            </Panel>
          </GridItem>
        </Grid>
      </PageSection>
      {asked && <Ask host={host} what={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

/** What keeps it from being a node, and what mends it. */
function Problems({ host }: { host: Host }): ReactNode {
  const problems = host.status?.problems ?? [];
  if (problems.length === 0) return null;
  return (
    <ul aria-label="Problems" className="sw-gap-above">
      {problems.map(({ message, mend }) => <li key={message} className="sw-gap-below-small">{message}{mend && <div><code className="sw-wrap">{mend}</code></div>}</li>)}
    </ul>
  );
}

function Ask({ host, what, onClose }: { host: Host; what: 'release' | 'delete'; onClose: () => void }): ReactNode {
  const navigate = useNavigate();
  const { name } = host.metadata;
  const release = what === 'release';
  const text = release
    ? 'Its machine is drained and made elsewhere; then what Slipway put on the host is wiped. One that was set aside is wiped again.'
    : 'Slipway forgets it, once no machine is on it and it is wiped.';
  const doing = useMutation({
    mutationFn: () => (release ? ask(name, 'release') : remove('hosts', host)),
    onSuccess: () => { if (release) onClose(); else void navigate('/hosts'); },
  });
  return (
    <ConfirmDialog title={`${release ? 'Release' : 'Delete'} host ${name}?`} action={release ? 'Release it' : 'Delete'} doing={doing} onClose={onClose}>{text}</ConfirmDialog>
  );
}
