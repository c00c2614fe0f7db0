import { Button, Label } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import type { Machine } from '../../api/types';
import { Ago } from '../../components/Ago';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { DataTable } from '../../components/DataTable';
import { Empty } from '../../components/States';
import { useLive } from '../../lib/live';
import { keyOf, remove } from '../../lib/resources';
import { useSession } from '../../lib/session';
import type { Column, Filter } from '../../lib/tableState';
import { ConsoleDialog } from './ConsoleDialog';
import { partsOf, useCluster } from './context';
import { machineState, machineWords } from './MachineGrid';

const COLOR = { ready: 'green', busy: 'blue', bad: 'red' } as const;
const ROLE = { control_plane: 'Control plane', worker: 'Worker' } as const;

const FILTERS: Filter<Machine>[] = [
  { id: 'role', label: 'Role', of: ({ spec }) => spec.role, name: (role) => ROLE[role as keyof typeof ROLE] },
  { id: 'pool', label: 'Pool', of: ({ spec }) => spec.pool },
];

export default function MachinesTab(): ReactNode {
  const cluster = useCluster();
  const { may } = useSession();
  const { items, complete } = useLive<Machine>(partsOf(cluster, 'machines'));
  const [replacing, setReplacing] = useState<Machine | null>(null);
  const [watched, setWatched] = useState<Machine | null>(null);
  const changes = may('operator', cluster.metadata.namespace) && !cluster.metadata.deletionTimestamp;
  const columns = useMemo<Column<Machine>[]>(() => [
    { id: 'name', label: 'Name', sort: ({ metadata }) => metadata.name, render: ({ metadata }) => <strong>{metadata.name}</strong> },
    { id: 'role', label: 'Role', sort: ({ spec }) => spec.role, render: ({ spec }) => ROLE[spec.role] },
    { id: 'pool', label: 'Pool', hidden: true, sort: ({ spec }) => spec.pool, render: ({ spec }) => spec.pool || '–' },
    { id: 'state', label: 'State', sort: (machine) => machineState(machine), render: (machine) => <Label isCompact color={COLOR[machineState(machine)]}>{machine.status?.state || 'Planned'}</Label> },
    { id: 'words', label: 'What is going on', truncate: true, width: 30, render: (machine) => machineWords(machine) },
    { id: 'address', label: 'Address', sort: ({ status }) => status?.address ?? '', render: ({ status }) => <code>{status?.address}</code> },
    { id: 'age', label: 'Created', sort: ({ metadata }) => metadata.creationTimestamp ?? '', render: ({ metadata }) => <Ago at={metadata.creationTimestamp} /> },
    { id: 'outside', label: 'Name at the provider', hidden: true, render: ({ spec }) => <code>{spec.outsideName}</code> },
    { id: 'actions', label: 'Actions', render: (machine) => (
      <span className="sw-cell-actions">
        <Button variant="link" isInline onClick={() => setWatched(machine)} aria-label={`Console of ${machine.metadata.name}`}>Console</Button>
        {changes && <Button variant="link" isInline onClick={() => setReplacing(machine)} isDisabled={Boolean(machine.metadata.deletionTimestamp)} aria-label={`Replace ${machine.metadata.name}`}>Replace</Button>}
      </span>
    ) },
  ], [changes]);
  return (
    <>
      <DataTable
        label="Machines" name="machines" items={items} complete={complete} columns={columns} filters={FILTERS} keyOf={keyOf}
        searched={({ metadata, status, spec }) => `${metadata.name} ${status?.address} ${spec.outsideName} ${status?.node}`}
        empty={<Empty title="No machine yet">Machines are asked for once the network is there.</Empty>}
      />
      {watched && <ConsoleDialog machine={watched} onClose={() => setWatched(null)} />}
      {replacing && <ReplaceDialog machine={replacing} onClose={() => setReplacing(null)} />}
    </>
  );
}

function ReplaceDialog({ machine, onClose }: { machine: Machine; onClose: () => void }): ReactNode {
  const { name } = machine.metadata;
  const replacement = useMutation({ mutationFn: () => remove('machines', machine), onSuccess: onClose });
  return (
    <ConfirmDialog title={`Replace ${name}?`} action="Replace it" doing={replacement} onClose={onClose}>
      Its node is drained, the machine is deleted, and a new one takes its place. What is only on its disk is lost.
      {machine.spec.role === 'control_plane' && ' etcd keeps its quorum: one member is replaced at a time.'}
    </ConfirmDialog>
  );
}
