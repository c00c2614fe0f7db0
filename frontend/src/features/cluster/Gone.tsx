import { PageSection } from '@patternfly/react-core';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import type { ReactNode } from 'react';
import type { KubeEvent } from '../../api/types';
import { Ago } from '../../components/Ago';
import { Panel } from '../../components/Facts';
import { LinkButton } from '../../components/LinkButton';
import { PageHead } from '../../components/PageHead';
import { Empty, Loading, NotFound } from '../../components/States';
import { useLive } from '../../lib/live';
import { LedgerView, rememberedLedger } from './LedgerView';

/** The page of a cluster that is not there: it was deleted, with proof, or there never was one. */
export function Gone({ tenant, name }: { tenant: string; name: string }): ReactNode {
  const { items, complete } = useLive<KubeEvent>({ plural: 'events', namespace: tenant, fieldSelector: `involvedObject.name=${name}` });
  const proof = items.filter(({ reason }) => reason === 'LedgerClosed').sort((one, other) => other.lastTimestamp.localeCompare(one.lastTimestamp))[0];
  const ledger = rememberedLedger(tenant, name);
  if (!proof && !complete) return <Loading what={`Looking for cluster ${name}`} />;
  if (!proof) return <NotFound what={`Cluster ${name}`} />;
  return (
    <>
      <PageHead title={name} trail={[{ to: '/clusters', label: 'Clusters' }, { to: `/clusters?tenant=${tenant}`, label: tenant }]} />
      <PageSection>
        <Empty title={`${name} is gone`} icon={CheckCircleIcon} action={<LinkButton to="/clusters">All clusters</LinkButton>}>
          {proof.message} (<Ago at={proof.lastTimestamp} />)
        </Empty>
        {ledger && <Panel title="Its ledger"><LedgerView ledger={ledger} closed /></Panel>}
      </PageSection>
    </>
  );
}
