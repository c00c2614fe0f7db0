import { Button, Checkbox } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Ago } from '../../components/Ago';
import { Failure } from '../../components/Failure';
import { Panel } from '../../components/Facts';
import { json } from '../../lib/http';
import { pathOf } from '../../lib/resources';

interface Orphan {
  kind: string;
  name: string;
  tenant: string;
  cluster: string;
  createdAt: string | null;
  reason: string;
}

interface Removal {
  kind: string;
  name: string;
  removed: boolean;
  reason: string;
}

const keyOf = ({ kind, name }: { kind: string; name: string }): string => `${kind} ${name}`;

/** What lies at the provider and belongs to nothing: looked for when asked, removed when chosen. */
export function Orphans({ provider }: { provider: string }): ReactNode {
  const path = pathOf('providers', '', provider, 'orphans');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const sweep = useMutation({ mutationFn: () => json<{ items: Orphan[] }>(path) });
  const found = sweep.data?.items ?? [];
  const removal = useMutation({
    mutationFn: () => json<{ items: Removal[] }>(path, { method: 'POST', body: { items: found.filter((orphan) => chosen.has(keyOf(orphan))).map(({ kind, name }) => ({ kind, name })) } }),
    onSuccess: () => { setChosen(new Set()); sweep.mutate(); },
  });
  const stayed = removal.data?.items.filter(({ removed }) => !removed) ?? [];
  const toggle = (key: string): void => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    setChosen(next);
  };
  const actions = <Button variant="secondary" size="sm" onClick={() => sweep.mutate()} isLoading={sweep.isPending}>{sweep.data ? 'Look again' : 'Look for orphans'}</Button>;
  return (
    <Panel title="Orphans" actions={actions}>
      <Failure error={sweep.error ?? removal.error} title="The provider could not be looked through" />
      {!sweep.data && !sweep.error && <p className="sw-subtle">Objects with Slipway’s tags that belong to no cluster: the sweep asks the provider itself, not the ledger.</p>}
      {sweep.data && found.length === 0 && <p role="status">Nothing is left behind.</p>}
      {stayed.map((one) => <p key={keyOf(one)} className="sw-quote">{one.kind} {one.name} stays: {one.reason}</p>)}
      {found.length > 0 && (
        <>
          <Table aria-label="Orphans" variant="compact">
            <Thead><Tr><Th screenReaderText="Choice" /><Th>Kind</Th><Th>Name</Th><Th>Tenant</Th><Th>Made</Th><Th>Why it is an orphan</Th></Tr></Thead>
            <Tbody>
              {found.map((orphan) => (
                <Tr key={keyOf(orphan)}>
                  <Td><Checkbox id={`orphan-${keyOf(orphan)}`} aria-label={`Choose ${keyOf(orphan)}`} isChecked={chosen.has(keyOf(orphan))} onChange={() => toggle(keyOf(orphan))} /></Td>
                  <Td dataLabel="Kind">{orphan.kind}</Td><Td dataLabel="Name"><code>{orphan.name}</code></Td><Td dataLabel="Tenant">{orphan.tenant}</Td>
                  <Td dataLabel="Made"><Ago at={orphan.createdAt} /></Td><Td dataLabel="Why">{orphan.reason}</Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
          <Button variant="danger" className="sw-gap-above" isDisabled={chosen.size === 0} isLoading={removal.isPending} onClick={() => removal.mutate()}>Remove {chosen.size} chosen</Button>
        </>
      )}
    </Panel>
  );
}
