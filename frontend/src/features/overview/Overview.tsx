import { Grid, GridItem, PageSection } from '@patternfly/react-core';
import { type ReactNode, useMemo } from 'react';
import type { KubeEvent, Provider } from '../../api/types';
import { EventList } from '../../components/EventList';
import { Panel } from '../../components/Facts';
import { LinkButton } from '../../components/LinkButton';
import { PageHead } from '../../components/PageHead';
import { Loading } from '../../components/States';
import { useTenants } from '../../components/TenantSwitch';
import { healthOfRow } from '../../lib/health';
import { useLive, useRows } from '../../lib/live';
import { useSession } from '../../lib/session';
import { useTenant, within } from '../../lib/tenant';
import { AttentionList, type Judged } from './AttentionList';
import { ByHealth } from './ByHealth';
import { ByProvider } from './ByProvider';
import { FirstSteps } from './FirstSteps';
import { TenantUse } from './TenantUse';

export default function Overview(): ReactNode {
  const [tenant] = useTenant();
  const { may } = useSession();
  const clusters = useRows({ plural: 'clusters', ...within(tenant) });
  const providers = useLive<Provider>({ plural: 'providers' });
  const events = useLive<KubeEvent>({ plural: 'events', recent: true, ...within(tenant) });
  const tenants = useTenants().filter(({ metadata }) => !tenant || metadata.name === tenant);
  const judged = useMemo<Judged[]>(() => clusters.items.map((row) => ({ row, verdict: healthOfRow(row) })), [clusters.items]);
  const create = may('operator', tenant || undefined) && <LinkButton to="/clusters/new">Create cluster</LinkButton>;
  const lead = tenant ? `Tenant ${tenant}` : 'All tenants that you see';
  const nothing = clusters.complete && clusters.items.length === 0;
  return (
    <>
      <PageHead title="Overview" lead={lead} actions={create} />
      <PageSection isFilled aria-label="Overview">
        {!clusters.complete && clusters.items.length === 0 ? (
          <Loading what="Looking at the clusters" />
        ) : (
          <Grid hasGutter>
            {nothing && <GridItem><FirstSteps providers={providers.items.length} tenants={tenants.length} /></GridItem>}
            <GridItem lg={8}><AttentionList clusters={judged} complete={clusters.complete} providers={providers.items} /></GridItem>
            <GridItem lg={4}><ByHealth clusters={judged} /></GridItem>
            <GridItem lg={4}><ByProvider clusters={judged} providers={providers.items} /></GridItem>
            <GridItem lg={4}><TenantUse tenants={tenants} /></GridItem>
            <GridItem lg={4}>
              <Panel title="Latest events"><EventList events={events.items} complete={events.complete} most={8} about /></Panel>
            </GridItem>
          </Grid>
        )}
      </PageSection>
    </>
  );
}
