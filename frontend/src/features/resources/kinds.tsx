/** What tenants allocate: how each kind is listed, made, and who uses it. */
import type { ReactNode } from 'react';
import type { FloatingIP, Network, Row, StoragePool } from '../../api/types';
import type { Plural } from '../../lib/resources';

export type Allocated = StoragePool | Network | FloatingIP;

export interface FormField {
  name: string; // in spec
  label: string;
  hint: string;
  placeholder?: string;
  list?: boolean; // several values with commas
}

export interface ResourceKind {
  plural: Extract<Plural, 'storagepools' | 'networks' | 'floatingips'>;
  kind: string;
  title: string;
  one: string;
  lead: string;
  columns: { label: string; of: (item: Allocated) => ReactNode }[];
  fields: FormField[];
  users: (item: Allocated, clusters: Row[]) => string[];
}

function usersNamed(item: Allocated, clusters: Row[], column: string): string[] {
  const { namespace, name } = item.metadata;
  return clusters.filter((row) => row.metadata.namespace === namespace && row.cells[column] === name).map((row) => row.metadata.name);
}

const STORAGE: ResourceKind = {
  plural: 'storagepools', kind: 'StoragePool', title: 'Storage pools', one: 'storage pool',
  lead: 'Storage of a provider; a StorageClass in the clusters that name it.',
  columns: [
    { label: 'Type', of: (item) => (item as StoragePool).spec.type || 'the provider’s default' },
    { label: 'Capacity', of: (item) => (item as StoragePool).spec.capacity || 'no limit' },
  ],
  fields: [
    { name: 'capacity', label: 'Capacity', hint: 'Counts against the tenant’s quota. Empty: no limit of its own.', placeholder: 'such as 100Gi' },
    { name: 'type', label: 'Type', hint: 'The provider’s name of a storage class, such as a Cinder volume type. Empty: its default.' },
  ],
  users: (item) => (item as StoragePool).status?.usedBy ?? [],
};

const NETWORKS: ResourceKind = {
  plural: 'networks', kind: 'Network', title: 'Networks', one: 'network',
  lead: 'Private networks that clusters share. A cluster that names none makes its own.',
  columns: [
    { label: 'Addresses', of: (item) => <code>{(item as Network).status?.cidr ?? (item as Network).spec.cidr}</code> },
    { label: 'Gateway', of: (item) => <code>{(item as Network).status?.gateway}</code> },
  ],
  fields: [
    { name: 'cidr', label: 'Addresses', hint: 'A /26 or larger. Empty: the provider chooses a free range.', placeholder: 'such as 10.10.0.0/22' },
    { name: 'dns', label: 'Name servers', hint: 'Of the machines, with commas. Empty: the provider’s.', placeholder: 'such as 192.0.2.53', list: true },
  ],
  users: (item, clusters) => usersNamed(item, clusters, 'Network'),
};

const ADDRESSES: ResourceKind = {
  plural: 'floatingips', kind: 'FloatingIP', title: 'Floating IPs', one: 'floating IP',
  lead: 'Stable addresses for the endpoints of clusters. A cluster that names none gets its own.',
  columns: [
    { label: 'Address', of: (item) => <code>{(item as FloatingIP).status?.address}</code> },
    { label: 'Network', of: (item) => (item as FloatingIP).spec.network },
  ],
  fields: [{ name: 'network', label: 'Network', hint: 'The Network that the address is reached through; only providers of driver local need it.' }],
  users: (item) => [(item as FloatingIP).status?.usedBy ?? ''].filter(Boolean),
};

export const KINDS = [STORAGE, NETWORKS, ADDRESSES];
