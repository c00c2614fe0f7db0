import { Button, Checkbox, Grid, GridItem, PageSection } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { Provider } from '../../api/types';
import { ConditionList } from '../../components/ConditionList';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { Failure } from '../../components/Failure';
import { Facts, Panel } from '../../components/Facts';
import { LinkButton } from '../../components/LinkButton';
import { PageHead } from '../../components/PageHead';
import { Loading, NotFound, Refused } from '../../components/States';
import { useOne, useRows } from '../../lib/live';
import { patch, remove } from '../../lib/resources';
import { useSession } from '../../lib/session';
import { Orphans } from './Orphans';
import { ProviderForm } from './ProviderForm';
import { loadOf, ProviderState } from './Providers';

const CHECK_LABEL = 'slipway.dev/checked-by-hand';
const ABANDON = 'slipway.dev/abandon';

export default function ProviderPage(): ReactNode {
  const { name = '' } = useParams();
  const { session } = useSession();
  const { object: provider, live } = useOne<Provider>({ plural: 'providers' }, name);
  const clusters = useRows({ plural: 'clusters' });
  const [deleting, setDeleting] = useState(false);
  const test = useMutation({ mutationFn: () => patch('providers', '', name, { metadata: { labels: { [CHECK_LABEL]: String(Date.now()) } } }) });
  if (live.phase === 'refused') return <Refused alone message={live.error?.message ?? ''} />;
  if (provider === undefined) return <Loading what={`Loading provider ${name}`} />;
  if (provider === null) return <NotFound what={`Provider ${name}`} />;
  const load = loadOf(provider, clusters.items);
  const admin = session?.platformAdmin ?? false;
  const facts = Object.entries(provider.status?.facts ?? {}).map(([term, value]): [string, ReactNode] => [term, value]);
  return (
    <>
      <PageHead title={name} beside={<ProviderState provider={provider} />} lead={`Driver ${provider.spec.driver} · ${load.clusters} clusters, ${load.nodes} nodes`} trail={[{ to: '/providers', label: 'Providers' }]}
        actions={<>
          <LinkButton variant="secondary" to={`/clusters?provider=${name}&tenant=*`}>Its clusters</LinkButton>{' '}
          {admin && <><Button variant="secondary" onClick={() => test.mutate()} isLoading={test.isPending}>Test the connection</Button>{' '}<Button variant="danger" onClick={() => setDeleting(true)}>Delete</Button></>}
        </>} />
      <PageSection isFilled aria-label={`Provider ${name}`}>
        <Failure error={test.error} />
        <Grid hasGutter>
          <GridItem lg={6}><Panel title="Connection"><ConditionList object={provider} /></Panel></GridItem>
          <GridItem lg={6}><Panel title="What it says of itself"><Facts facts={facts} />{facts.length === 0 && <p className="sw-subtle">Nothing yet.</p>}</Panel></GridItem>
          {admin && <GridItem><Orphans provider={name} /></GridItem>}
          {admin && <GridItem><Panel title="Settings"><ProviderForm key={provider.metadata.generation} provider={provider} onDone={() => undefined} /></Panel></GridItem>}
        </Grid>
      </PageSection>
      {deleting && <DeleteProvider provider={provider} clusters={load.clusters} onClose={() => setDeleting(false)} />}
    </>
  );
}

function DeleteProvider({ provider, clusters, onClose }: { provider: Provider; clusters: number; onClose: () => void }): ReactNode {
  const { name } = provider.metadata;
  const navigate = useNavigate();
  const [abandon, setAbandon] = useState(false);
  const deletion = useMutation({
    mutationFn: async () => {
      if (abandon) await patch('providers', '', name, { metadata: { annotations: { [ABANDON]: 'true' } } });
      await remove('providers', provider);
    },
    onSuccess: () => void navigate('/providers'),
  });
  return (
    <ConfirmDialog title={`Delete provider ${name}?`} action="Delete" doing={deletion} onClose={onClose}>
      <p>{clusters > 0 ? `${clusters} clusters are on it: it goes when they are deleted, and takes nothing new until then.` : 'What Slipway keeps there for all tenants is removed; then its settings and secrets are forgotten.'}</p>
      <Checkbox id="abandon" label="It never answers any more" description="What lies there is given up: nothing there is removed, and objects of it can be deleted." isChecked={abandon} onChange={(_, checked) => setAbandon(checked)} />
    </ConfirmDialog>
  );
}
