import { Label, Progress } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { ReactNode } from 'react';
import type { Cluster, Ledger } from '../../api/types';
import { Ago } from '../../components/Ago';
import { get } from '../../lib/resources';

const seen = new Map<string, Ledger>();

function placeOf({ metadata }: Cluster): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Reads the ledger, and keeps it: the cluster's own address ends with the cluster. */
export async function rememberLedger(cluster: Cluster): Promise<Ledger> {
  const ledger = await get<Ledger>('clusters', cluster.metadata.namespace ?? '', cluster.metadata.name, 'ledger');
  seen.set(placeOf(cluster), ledger);
  return ledger;
}

/** What was last seen of the ledger of a cluster that is gone. */
export function rememberedLedger(tenant: string, name: string): Ledger | undefined {
  return seen.get(`${tenant}/${name}`);
}

export function LedgerView({ ledger, closed = false }: { ledger: Ledger; closed?: boolean }): ReactNode {
  const gone = closed ? ledger.created : ledger.gone;
  const left = ledger.created - gone;
  return (
    <>
      <Progress
        value={ledger.created ? (gone / ledger.created) * 100 : 0} title="Outside objects"
        label={`${ledger.created} created, ${gone} gone, ${left} left`} measureLocation="top" variant={left === 0 && ledger.created > 0 ? 'success' : undefined}
        valueText={`${gone} of ${ledger.created} gone`}
      />
      <Table aria-label="Ledger" variant="compact" className="sw-gap-above">
        <Thead>
          <Tr><Th>Kind</Th><Th>Name at the provider</Th><Th>Made</Th><Th>State</Th></Tr>
        </Thead>
        <Tbody>
          {ledger.entries.map((entry) => (
            <Tr key={`${entry.kind} ${entry.name} ${entry.createdAt}`}>
              <Td dataLabel="Kind">{entry.kind}</Td>
              <Td dataLabel="Name at the provider"><code>{entry.name}</code></Td>
              <Td dataLabel="Made"><Ago at={entry.createdAt} /></Td>
              <Td dataLabel="State">{entry.goneAt || closed ? <Label isCompact color="grey">gone{entry.goneAt && <>&nbsp;<Ago at={entry.goneAt} /></>}</Label> : <Label isCompact color="green">there</Label>}</Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </>
  );
}
