/** The kinds of our API by name, out of the generated schema. */
import type { components } from './schema';

type Schemas = components['schemas'];
export type Metadata = Schemas['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'] & { name: string };
type Whole<T extends { spec?: object; status?: object }> = Omit<T, 'metadata' | 'spec' | 'status'> & {
  metadata: Metadata;
  spec: NonNullable<T['spec']>;
  status?: Partial<NonNullable<T['status']>>;
};

export type Cluster = Whole<Schemas['dev.slipway.v1.Cluster']>;
export type NodePool = Whole<Schemas['dev.slipway.v1.NodePool']>;
export type Machine = Whole<Schemas['dev.slipway.v1.Machine']>;
export type Run = Whole<Schemas['dev.slipway.v1.Run']>;
export type Network = Whole<Schemas['dev.slipway.v1.Network']>;
export type StoragePool = Whole<Schemas['dev.slipway.v1.StoragePool']>;
export type FloatingIP = Whole<Schemas['dev.slipway.v1.FloatingIP']>;
export type Provider = Whole<Schemas['dev.slipway.v1.Provider']>;
export type Host = Whole<Schemas['dev.slipway.v1.Host']>;
export type Driver = Whole<Schemas['dev.slipway.v1.Driver']>;
export type Release = Whole<Schemas['dev.slipway.v1.Release']>;
export type Tenant = Whole<Schemas['dev.slipway.v1.Tenant']>;
export type Membership = Whole<Schemas['dev.slipway.v1.Membership']>;

/** What every object has. */
export interface Resource {
  apiVersion?: string;
  kind?: string;
  metadata: Metadata;
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
}

/** v1 Event, as far as it is shown. */
export interface KubeEvent extends Resource {
  involvedObject: { kind: string; name: string; namespace?: string; uid?: string };
  reason: string;
  message: string;
  type: string;
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
}

/** One row of a meta.k8s.io/v1 Table, its cells by the name of the column. */
export interface Row extends Resource {
  cells: Record<string, string | number | boolean | null | undefined>;
}

export interface LedgerEntry {
  kind: string;
  name: string;
  createdAt: string;
  goneAt: string | null;
  kept: boolean; // left on purpose, as the tenant said
  evidence: string; // of a machine that failed: the provider's words, its console's end
}

export interface Ledger {
  entries: LedgerEntry[];
  created: number;
  gone: number;
  kept: number;
  left: number;
}

export interface Session {
  user: string | null;
  platformAdmin: boolean;
  roles: Record<string, 'viewer' | 'operator' | 'admin'>;
  signIn: { password: boolean; issuer: string | null };
  csrfToken: string;
}
