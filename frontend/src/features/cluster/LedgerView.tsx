import { ExpandableSection, Label, Progress } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { ReactNode } from 'react';
import type { Cluster, Ledger, LedgerEntry } from '../../api/types';
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
  const { created, kept } = ledger;
  const gone = closed ? created - kept : ledger.gone;
  const left = created - kept - gone;
  return (
    <>
      <Progress
        value={created ? (gone / created) * 100 : 0} title="Outside objects"
        label={`${created} created, ${gone} gone, ${kept > 0 ? `${kept} kept, ` : ''}${left} left`} measureLocation="top" variant={left === 0 && created > 0 ? 'success' : undefined}
        valueText={`${gone} of ${created} gone`}
      />
      <Table aria-label="Ledger" variant="compact" className="sw-gap-above">
        <Thead>
          <Tr><Th>Kind</Th><Th>Name at the provider</Th><Th>Made</Th><Th>State</Th></Tr>
        </Thead>
        <Tbody>
          {ledger.entries.map((entry) => (
            <Tr key={`${entry.kind} ${entry.name} ${entry.createdAt}`}>
              <Td dataLabel="Kind">{entry.kind}</Td>
              <Td dataLabel="Name at the provider">
                <code>{entry.name}</code>
                {entry.evidence && <ExpandableSection toggleText={`What ${entry.name} said when it failed`}><pre className="sw-quote">{entry.evidence}</pre></ExpandableSection>}
              </Td>
              <Td dataLabel="Made"><Ago at={entry.createdAt} /></Td>
              <Td dataLabel="State"><State entry={entry} closed={closed} /></Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </>
  );
}

function State({ entry: { goneAt, kept }, closed }: { entry: LedgerEntry; closed: boolean }): ReactNode {
  if (kept) return <Label isCompact color="blue">kept</Label>;
  if (goneAt || closed) return <Label isCompact color="grey">gone{goneAt && <>&nbsp;<Ago at={goneAt} /></>}</Label>;
  return <Label isCompact color="green">there</Label>;
}
