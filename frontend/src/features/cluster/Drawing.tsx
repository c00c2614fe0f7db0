/** The cluster drawn: clients, endpoint, network with its machines pool by pool, storage. */
import type { ReactNode } from 'react';
import type { Cluster, FloatingIP, Machine, Network, NodePool } from '../../api/types';
import { machineState, machineWords } from './MachineGrid';

const TILE = { width: 168, height: 46, gap: 12, across: 3 };
const GROUP = { pad: 16, head: 34, gap: 20 };
const LEFT = { x: 16, width: 190 };
const NETWORK = { x: 300, pad: 22, head: 58 };
const STORAGE = { gap: 70, width: 170 };

export interface Group {
  name: string;
  machines: Machine[];
  declared: number;
}

/** Control planes, then every pool, with places for machines that are not there yet. */
export function groupsOf(cluster: Cluster, machines: Machine[], pools: NodePool[]): Group[] {
  const control = machines.filter(({ spec }) => spec.role === 'control_plane');
  const workers = pools.map(({ metadata, spec }) => ({
    name: metadata.name,
    declared: spec.replicas,
    machines: machines.filter((machine) => machine.spec.pool === metadata.name),
  }));
  return [{ name: 'Control plane', declared: cluster.spec.controlPlane?.replicas ?? 3, machines: control }, ...workers];
}

interface DrawingProps {
  cluster: Cluster;
  machines: Machine[];
  pools: NodePool[];
  network: Network | undefined;
  address: FloatingIP | undefined;
}

export function Drawing({ cluster, machines, pools, network, address }: DrawingProps): ReactNode {
  const { spec, status } = cluster;
  const groups = groupsOf(cluster, machines, pools);
  const placed = place(groups);
  const inner = TILE.across * TILE.width + (TILE.across - 1) * TILE.gap + 2 * GROUP.pad;
  const width = inner + 2 * NETWORK.pad;
  const height = Math.max(330, (placed.at(-1)?.bottom ?? 0) + NETWORK.pad);
  const middle = 16 + height / 2;
  const storage = spec.storagePools ?? [];
  const right = NETWORK.x + width + STORAGE.gap;
  const whole = storage.length > 0 ? right + STORAGE.width + 16 : NETWORK.x + width + 16;
  const external = status?.endpointKind === 'external';
  return (
    <svg className="sw-drawing" viewBox={`0 0 ${whole} ${height + 32}`} role="img" aria-label={inWords(cluster, groups, network)}>
      <Box x={LEFT.x} y={middle - 130} label="Clients" detail="kubectl, your users" kind="outside" />
      <Box x={LEFT.x} y={middle - 30} label={external ? 'Load balancer' : 'Endpoint'} detail={address?.status?.address || host(status?.endpoint) || 'not there yet'} kind={status?.endpoint ? 'ready' : 'busy'} />
      <Box x={LEFT.x} y={middle + 70} label="Router" detail={network?.status?.gateway || 'of the provider'} kind={network?.status?.gateway ? 'ready' : 'busy'} />
      <path className="sw-drawing__wire" d={`M${LEFT.x + LEFT.width / 2},${middle - 70} V${middle - 30}`} />
      <path className="sw-drawing__wire" d={`M${LEFT.x + LEFT.width},${middle} H${NETWORK.x}`} />
      <path className="sw-drawing__wire" d={`M${LEFT.x + LEFT.width},${middle + 100} H${NETWORK.x}`} />
      <rect className="sw-drawing__network" x={NETWORK.x} y={16} width={width} height={height} rx={14} />
      <text className="sw-drawing__title" x={NETWORK.x + NETWORK.pad} y={46}>Network {network?.metadata.name ?? spec.network}</text>
      <text className="sw-drawing__detail" x={NETWORK.x + NETWORK.pad} y={64}>{network?.status?.cidr ?? network?.spec.cidr ?? 'addresses are chosen when it is made'}</text>
      {placed.map(({ group, top, bottom }) => (
        <g key={group.name} transform={`translate(${NETWORK.x + NETWORK.pad}, ${16 + top})`}>
          <rect className="sw-drawing__group" width={inner} height={bottom - top} rx={10} />
          <text className="sw-drawing__label" x={GROUP.pad} y={23}>{group.name}</text>
          {tiles(group).map(({ machine, x, y, key }) => <Tile key={key} machine={machine} x={x} y={y} />)}
        </g>
      ))}
      {storage.map((name, index) => (
        <g key={name}>
          <path className="sw-drawing__wire" d={`M${NETWORK.x + width},${middle - 30 + index * 84 + 30} H${right}`} />
          <Box x={right} y={middle - 30 + index * 84} width={STORAGE.width} label={name} detail="storage pool" kind="ready" />
        </g>
      ))}
    </svg>
  );
}

interface Placed {
  group: Group;
  top: number;
  bottom: number;
}

function place(groups: Group[]): Placed[] {
  const placed: Placed[] = [];
  let top = NETWORK.head;
  for (const group of groups) {
    const lines = Math.max(1, Math.ceil(Math.max(group.declared, group.machines.length) / TILE.across));
    const bottom = top + GROUP.head + lines * (TILE.height + TILE.gap) - TILE.gap + GROUP.pad;
    placed.push({ group, top, bottom });
    top = bottom + GROUP.gap;
  }
  return placed;
}

function tiles({ machines, declared }: Group): { key: string; machine: Machine | undefined; x: number; y: number }[] {
  const count = Math.max(declared, machines.length);
  return Array.from({ length: count }, (_, index) => ({
    key: machines[index]?.metadata.name ?? `place ${index}`,
    machine: machines[index],
    x: GROUP.pad + (index % TILE.across) * (TILE.width + TILE.gap),
    y: GROUP.head + Math.floor(index / TILE.across) * (TILE.height + TILE.gap),
  }));
}

function Tile({ machine, x, y }: { machine: Machine | undefined; x: number; y: number }): ReactNode {
  const state = machine ? machineState(machine) : 'planned';
  const name = machine ? machine.metadata.name.split('-').slice(-2).join('-') : 'to be made';
  return (
    <g transform={`translate(${x}, ${y})`} className={`sw-drawing__machine sw-drawing__machine--${state}`}>
      {machine && <title>{`${machine.metadata.name}: ${machineWords(machine)}`}</title>}
      <rect width={TILE.width} height={TILE.height} rx={8} />
      <circle cx={18} cy={TILE.height / 2} r={5} />
      <text x={34} y={20}>{name.length > 16 ? `…${name.slice(-15)}` : name}</text>
      <text className="sw-drawing__detail" x={34} y={36}>{machine ? machine.status?.inside || machine.status?.address || 'no address yet' : ''}</text>
    </g>
  );
}

function Box({ x, y, width = LEFT.width, label, detail, kind }: { x: number; y: number; width?: number; label: string; detail: string; kind: 'ready' | 'busy' | 'outside' }): ReactNode {
  return (
    <g transform={`translate(${x}, ${y})`} className={`sw-drawing__box sw-drawing__box--${kind}`}>
      <rect width={width} height={60} rx={10} />
      <text className="sw-drawing__label" x={16} y={26}>{label}</text>
      <text className="sw-drawing__detail" x={16} y={45}>{detail}</text>
    </g>
  );
}

function host(endpoint: string | undefined): string {
  return endpoint?.replace(/^https:\/\//, '') ?? '';
}

function inWords({ metadata, status, spec }: Cluster, groups: Group[], network: Network | undefined): string {
  const parts = groups.map(({ name, machines, declared }) => `${name} with ${machines.length} of ${declared} machines`);
  const storage = spec.storagePools?.length ? `; storage pools ${spec.storagePools.join(', ')}` : '';
  return `${metadata.name}: endpoint ${host(status?.endpoint) || 'not there yet'}, network ${network?.status?.cidr ?? 'not there yet'}, ${parts.join(', ')}${storage}`;
}
