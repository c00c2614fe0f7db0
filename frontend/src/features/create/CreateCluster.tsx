import { ActionGroup, Button, Form, Grid, GridItem, PageSection, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Cluster, Provider, Release, Tenant } from '../../api/types';
import { Command } from '../../components/Command';
import { Failure } from '../../components/Failure';
import { Panel } from '../../components/Facts';
import { LinkButton } from '../../components/LinkButton';
import { PageHead } from '../../components/PageHead';
import { PlanView } from '../../components/PlanView';
import { Empty, Loading } from '../../components/States';
import { useTenants } from '../../components/TenantSwitch';
import { useLive, useRows } from '../../lib/live';
import { usePlan, useSettled } from '../../lib/plan';
import { create } from '../../lib/resources';
import { useSession } from '../../lib/session';
import { useTenant } from '../../lib/tenant';
import { BLANK, beyondCommand, clusterOf, commandLine, type Draft, freeName, manifestsOf, poolOf, yamlText } from './draft';
import { Essentials } from './Essentials';
import { FIELDS, More } from './More';

const YamlDiff = lazy(() => import('../../components/YamlDiff'));

export default function CreateCluster(): ReactNode {
  const { may } = useSession();
  const tenants = useTenants().filter(({ metadata }) => may('operator', metadata.name));
  const providers = useLive<Provider>({ plural: 'providers' });
  const releases = useLive<Release>({ plural: 'releases' });
  if (!providers.complete || !releases.complete) return <Loading what="Looking at what is on offer" />;
  const first = !may('operator') || tenants.length === 0 ? <NoTenant /> : providers.items.length === 0 ? <NoProvider /> : null;
  return (
    <>
      <PageHead title="Create a cluster" trail={[{ to: '/clusters', label: 'Clusters' }]} lead="Everything has a sensible default: one click is enough." />
      <PageSection isFilled aria-label="New cluster">
        {first ?? <CreateForm tenants={tenants} providers={providers.items} releases={releases.items} />}
      </PageSection>
    </>
  );
}

function NoTenant(): ReactNode {
  const { session } = useSession();
  if (!session?.platformAdmin) return <Empty title="You may not create clusters">You need the role operator in a tenant: ask its administrator.</Empty>;
  return <Empty title="First a tenant" action={<LinkButton to="/tenants/new">Create a tenant</LinkButton>}>Every cluster belongs to a tenant: a customer, a team, or just you.</Empty>;
}

function NoProvider(): ReactNode {
  const { session } = useSession();
  const action = session?.platformAdmin && <LinkButton to="/providers/new">Add a provider</LinkButton>;
  return <Empty title="First a provider" action={action}>Machines come from a provider: an OpenStack cloud, a pool of hosts, or this machine.</Empty>;
}

function CreateForm({ tenants, providers, releases }: { tenants: Tenant[]; providers: Provider[]; releases: Release[] }): ReactNode {
  const navigate = useNavigate();
  const [chosen] = useTenant();
  const standard = releases.find(({ spec }) => spec.default)?.spec.version ?? releases[0]?.spec.version ?? '';
  const [draft, setDraft] = useState<Draft>(() => ({
    ...BLANK, version: standard, tenant: tenants.some(({ metadata }) => metadata.name === chosen) ? chosen : (tenants[0]?.metadata.name ?? ''),
  }));
  const names = useRows({ plural: 'clusters', namespace: draft.tenant });
  const whole = { ...draft, name: draft.name || freeName(names.items.map(({ metadata }) => metadata.name)) };
  const plan = usePlan(whole.tenant, whole.name, manifestsOf(whole));
  const refused = useRehearsal(whole);
  const [made, setMade] = useState(''); // if the pool is refused, the next click asks for the pool only
  const creation = useMutation({
    mutationFn: async () => {
      if (made !== whole.name) await create<Cluster>('clusters', whole.tenant, clusterOf(whole));
      setMade(whole.name);
      const pool = poolOf(whole);
      if (pool) await create('nodepools', whole.tenant, pool);
    },
    onSuccess: () => void navigate(`/clusters/${whole.tenant}/${whole.name}`),
  });
  const error = creation.error ?? refused;
  const props = { draft: whole, set: (change: Partial<Draft>) => { creation.reset(); setDraft({ ...draft, ...change }); }, error };
  return (
    <Grid hasGutter>
      <GridItem lg={7}>
        <Panel title="What you want">
          <Form onSubmit={(event) => { event.preventDefault(); creation.mutate(); }} aria-label="New cluster">
            <Failure error={creation.error} shown={FIELDS} title={made === whole.name ? 'The cluster is being made, its node pool is not' : 'The cluster was not made'} />
            <Essentials {...props} tenants={tenants} releases={releases} />
            <More {...props} providers={providers} />
            <ActionGroup>
              <Button type="submit" isLoading={creation.isPending} isDisabled={creation.isPending || !whole.name}>Create cluster</Button>
              <LinkButton variant="link" to="/clusters">Cancel</LinkButton>
            </ActionGroup>
          </Form>
        </Panel>
      </GridItem>
      <GridItem lg={5}>
        <Panel title="What comes of it">
          <Consequences plan={plan} draft={whole} />
        </Panel>
      </GridItem>
    </Grid>
  );
}

/** What the server would refuse, before anything is asked for. */
function useRehearsal(draft: Draft): unknown {
  const text = useSettled(JSON.stringify(clusterOf(draft)), 400);
  const { error } = useQuery({
    queryKey: ['rehearsal', draft.tenant, text],
    queryFn: () => create('clusters', draft.tenant, JSON.parse(text) as object, true),
    retry: false,
    staleTime: 10_000,
  });
  return error;
}

function Consequences({ plan, draft }: { plan: ReturnType<typeof usePlan>; draft: Draft }): ReactNode {
  const [tab, setTab] = useState<string | number>('plan');
  const text = yamlText(draft);
  return (
    <Tabs activeKey={tab} onSelect={(_event, key) => setTab(key)} aria-label="What comes of it">
      <Tab eventKey="plan" title={<TabTitleText>Plan</TabTitleText>}>
        <div className="sw-gap-above"><PlanView plan={plan} /></div>
      </Tab>
      <Tab eventKey="yaml" title={<TabTitleText>YAML and command</TabTitleText>}>
        <div className="sw-gap-above sw-stack">
          <span>The same with the command{beyondCommand(draft) && ' (but for what only the YAML can say)'}:</span>
          <Command line={commandLine(draft)} />
          <span>Or with kubectl apply -f:</span>
          <Suspense fallback={<Loading what="Loading the editor" />}>{tab === 'yaml' && <YamlDiff before={text} after={text} />}</Suspense>
          <Button variant="secondary" onClick={() => void navigator.clipboard.writeText(text)}>Copy the YAML</Button>
        </div>
      </Tab>
    </Tabs>
  );
}
