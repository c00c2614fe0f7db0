import { PageSection } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Host } from '../../api/types';
import { Ago } from '../../components/Ago';
import { DataTable } from '../../components/DataTable';
import { LinkButton } from '../../components/LinkButton';
import { PageHead } from '../../components/PageHead';
import { Empty, Refused } from '../../components/States';
import { useLive } from '../../lib/live';
import { keyOf } from '../../lib/resources';
import { useSession } from '../../lib/session';
import type { Column, Filter } from '../../lib/tableState';
import { Claim, HostState, whyOf } from './state';

const LEAD = 'Machines that you own, reached by SSH: clusters of a baremetal provider are made of them.';

const COLUMNS: Column<Host>[] = [
  { id: 'name', label: 'Name', sort: ({ metadata }) => metadata.name, render: ({ metadata }) => <Link to={`/hosts/${metadata.name}`}>{metadata.name}</Link> },
  { id: 'state', label: 'State', sort: ({ status }) => status?.state ?? '', render: (host) => <HostState host={host} /> },
  { id: 'address', label: 'Address', sort: ({ spec }) => spec.address, render: ({ spec }) => <code>{spec.address}</code> },
  { id: 'domain', label: 'Failure domain', sort: ({ spec }) => spec.failureDomain, render: ({ spec }) => spec.failureDomain },
  { id: 'cpu', label: 'Cores', sort: ({ status }) => Number(status?.facts?.cpu ?? 0), render: ({ status }) => <span className="sw-number">{status?.facts?.cpu}</span> },
  { id: 'memory', label: 'Memory', render: ({ status }) => <span className="sw-number">{status?.facts?.memory}</span> },
  { id: 'claim', label: 'Claimed by', render: (host) => <Claim host={host} /> },
  { id: 'why', label: 'What is going on', width: 30, truncate: true, render: whyOf },
  { id: 'provider', label: 'Provider', hidden: true, sort: ({ spec }) => spec.provider, render: ({ spec }) => spec.provider },
  { id: 'looked', label: 'Looked at', hidden: true, render: ({ status }) => <Ago at={status?.checkedAt} /> },
];

const FILTERS: Filter<Host>[] = [
  { id: 'state', label: 'State', of: ({ status }) => status?.state || 'Not looked at' },
  { id: 'domain', label: 'Failure domain', of: ({ spec }) => spec.failureDomain },
  { id: 'provider', label: 'Provider', of: ({ spec }) => spec.provider },
];

export default function Hosts(): ReactNode {
  const { session } = useSession();
  const { items, complete, phase, error } = useLive<Host>({ plural: 'hosts' });
  const add = session?.platformAdmin && <LinkButton to="/hosts/new">Add a host</LinkButton>;
  return (
    <>
      <PageHead title="Hosts" lead={LEAD} />
      <PageSection isFilled aria-label="Hosts">
        {phase === 'refused' ? <Refused message={error?.message ?? ''} /> : (
          <DataTable label="Hosts" name="hosts" items={items} complete={complete} columns={COLUMNS} filters={FILTERS} keyOf={keyOf} actions={add}
            searched={({ metadata, spec, status }) => JSON.stringify([metadata.name, metadata.labels, spec.address, status?.claim])}
            empty={<Empty title="No host yet" action={add}>Add one, or a whole list of them with slipway host import.</Empty>} />
        )}
      </PageSection>
    </>
  );
}
