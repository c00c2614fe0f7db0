import { Tooltip } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { Machine } from '../../api/types';
import { conditionOf } from '../../lib/health';

export type MachineState = 'ready' | 'busy' | 'bad';

export function machineState(machine: Machine): MachineState {
  const ready = conditionOf(machine, 'Ready');
  if (ready?.status === 'True') return 'ready';
  return machine.status?.state === 'Failed' || machine.status?.state === 'Missing' || machine.status?.silentSince ? 'bad' : 'busy';
}

/** What a machine is at, in a word. */
export function machineWords(machine: Machine): string {
  if (machine.metadata.deletionTimestamp) return 'being removed';
  const state = machineState(machine);
  if (state === 'ready') return 'ready';
  return conditionOf(machine, 'Ready')?.message || machine.status?.state || 'being made';
}

/** Every machine as a tile: control planes first, then pool by pool. */
export function MachineGrid({ machines, complete }: { machines: Machine[]; complete: boolean }): ReactNode {
  if (machines.length === 0) return <p className="sw-subtle">{complete ? 'No machine yet: they are asked for once its network is there.' : 'Loading machines…'}</p>;
  const groups = new Map<string, Machine[]>();
  for (const machine of machines) {
    const group = machine.spec.role === 'control_plane' ? 'Control plane' : machine.spec.pool || 'Workers';
    groups.set(group, [...(groups.get(group) ?? []), machine]);
  }
  const ordered = [...groups].sort(([one], [other]) => Number(other === 'Control plane') - Number(one === 'Control plane') || one.localeCompare(other));
  return (
    <div className="sw-machines">
      {ordered.map(([group, members]) => (
        <div key={group}>
          <div className="sw-subtle">{group} · {members.filter((machine) => machineState(machine) === 'ready').length} of {members.length} ready</div>
          <ul className="sw-tiles">
            {members.map((machine) => (
              <li key={machine.metadata.name}>
                <Tooltip content={`${machine.metadata.name}: ${machineWords(machine)}`}>
                  <span className={`sw-tile sw-tile--${machineState(machine)}`} tabIndex={0} role="img" aria-label={`${machine.metadata.name}: ${machineWords(machine)}`} />
                </Tooltip>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
