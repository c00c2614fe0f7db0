/** What the form holds, and what comes of it: manifests, YAML, a line for the terminal. */
import { stringify } from 'yaml';
import { manifest } from '../../lib/resources';

export interface Draft {
  name: string;
  tenant: string;
  version: string;
  provider: string; // empty: the tenant's default
  controlPlanes: number;
  workers: number;
  cpu: string;
  memory: string;
  disk: string;
  flavor: string;
  network: string;
  floatingIP: string;
  storagePools: string[];
  podCIDR: string;
  serviceCIDR: string;
  metricsServer: boolean;
  localPathStorage: boolean;
}

export const SIZES = [
  { value: 'trial', label: 'Trial', description: '1 control plane, 1 worker: no spare', controlPlanes: 1, workers: 1 },
  { value: 'standard', label: 'Standard', description: '3 control planes, 2 workers: survives the loss of any machine', controlPlanes: 3, workers: 2 },
  { value: 'large', label: 'Large', description: '3 control planes, 5 workers', controlPlanes: 3, workers: 5 },
];

export const BLANK: Draft = {
  name: '', tenant: '', version: '', provider: '', controlPlanes: 3, workers: 2, cpu: '', memory: '', disk: '', flavor: '',
  network: '', floatingIP: '', storagePools: [], podCIDR: '', serviceCIDR: '', metricsServer: true, localPathStorage: true,
};

/** The size whose numbers these are, or none: then the numbers are the user's own. */
export function sizeOf({ controlPlanes, workers }: Draft): string {
  return SIZES.find((size) => size.controlPlanes === controlPlanes && size.workers === workers)?.value ?? 'own';
}

function filled<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0)),
  ) as Partial<T>;
}

function machineOf({ cpu, memory, disk, flavor }: Draft): { machine?: object } {
  const machine = filled({ cpu, memory, disk, flavor });
  return Object.keys(machine).length > 0 ? { machine } : {};
}

export function clusterOf(draft: Draft): object {
  const { name, tenant, version, provider, controlPlanes, network, floatingIP, storagePools, podCIDR, serviceCIDR } = draft;
  const addons = {
    ...(draft.metricsServer ? {} : { metricsServer: { enabled: false } }),
    ...(draft.localPathStorage ? {} : { localPathStorage: { enabled: false } }),
  };
  const spec = {
    ...filled({ version, provider, network, storagePools, podCIDR, serviceCIDR }),
    controlPlane: { replicas: controlPlanes, ...machineOf(draft) },
    ...(floatingIP ? { endpoint: { floatingIP } } : {}),
    ...(Object.keys(addons).length > 0 ? { addons } : {}),
  };
  return manifest('Cluster', { name, namespace: tenant, spec });
}

export function poolOf(draft: Draft): object | null {
  const { name, tenant, workers } = draft;
  if (workers === 0) return null;
  return manifest('NodePool', { name: `${name}-workers`, namespace: tenant, spec: { clusterName: name, replicas: workers, ...machineOf(draft) } });
}

export function manifestsOf(draft: Draft): object[] {
  return [clusterOf(draft), poolOf(draft)].filter((document) => document !== null);
}

export function yamlText(draft: Draft): string {
  return manifestsOf(draft).map((document) => stringify(document)).join('---\n');
}

export function commandLine(draft: Draft): string {
  const options: [string, string][] = [
    ['-n', draft.tenant], ['--control-planes', String(draft.controlPlanes)], ['--workers', String(draft.workers)], ['--version', draft.version],
    ['--provider', draft.provider], ['--network', draft.network], ['--floating-ip', draft.floatingIP],
    ...draft.storagePools.map((pool): [string, string] => ['--storage-pool', pool]),
    ['--cpu', draft.cpu], ['--memory', draft.memory], ['--disk', draft.disk], ['--flavor', draft.flavor],
  ];
  const given = options.filter(([, value]) => value).map(([option, value]) => `${option} ${value}`);
  return ['slipway cluster create', draft.name, ...given].join(' ');
}

/** What the command has no option for. */
export function beyondCommand({ podCIDR, serviceCIDR, metricsServer, localPathStorage }: Draft): boolean {
  return Boolean(podCIDR || serviceCIDR) || !metricsServer || !localPathStorage;
}

/** cluster-1, cluster-2, …: the first that is free. */
export function freeName(taken: Iterable<string>): string {
  const names = new Set(taken);
  for (let number = 1; ; number += 1) if (!names.has(`cluster-${number}`)) return `cluster-${number}`;
}
