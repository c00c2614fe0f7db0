/** Where the objects of a kind are, and what one does with them. */
import type { Resource } from '../api/types';
import { json, type Options } from './http';

export type Plural =
  | 'clusters' | 'nodepools' | 'machines' | 'runs' | 'networks' | 'storagepools' | 'floatingips'
  | 'drivers' | 'providers' | 'hosts' | 'releases' | 'tenants' | 'memberships' | 'events';

const API_VERSION = 'slipway.dev/v1';

/** The address of a collection, an object or a subresource. */
export function pathOf(plural: Plural, namespace = '', name = '', subresource = ''): string {
  const root = plural === 'events' ? '/api/v1' : '/apis/slipway.dev/v1';
  const place = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return [root + place, plural, name && encodeURIComponent(name), subresource].filter(Boolean).join('/');
}

interface Draft {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  spec: object;
}

/** The document of a new object. */
export function manifest(kind: string, { name, namespace, labels, spec }: Draft): object {
  const metadata = { name, ...(namespace ? { namespace } : {}), ...(labels ? { labels } : {}) };
  return { apiVersion: API_VERSION, kind, metadata, spec };
}

export function create<T extends Resource>(plural: Plural, namespace: string, document: object, dryRun = false): Promise<T> {
  const query = `?fieldManager=slipway-web&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
  return json<T>(pathOf(plural, namespace) + query, { method: 'POST', body: document });
}

/** A merge patch: only the fields that are in it change. */
export function patch<T extends Resource>(plural: Plural, namespace: string, name: string, change: object): Promise<T> {
  return json<T>(`${pathOf(plural, namespace, name)}?fieldManager=slipway-web`, {
    method: 'PATCH', body: change, contentType: 'application/merge-patch+json',
  });
}

/** Replaces the whole object; refused when somebody else changed it since it was read. */
export function replace<T extends Resource>(
  plural: Plural, namespace: string, name: string, yaml: string, dryRun: boolean,
): Promise<T> {
  const query = `?fieldManager=slipway-web&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
  return json<T>(pathOf(plural, namespace, name) + query, {
    method: 'PUT', body: yaml, contentType: 'application/yaml',
  });
}

/** Asks for the end of the very object that was looked at, not of a later one with its name. */
export function remove(plural: Plural, { metadata }: Resource): Promise<unknown> {
  const preconditions = metadata.uid ? { uid: metadata.uid } : {};
  return json(pathOf(plural, metadata.namespace, metadata.name), {
    method: 'DELETE', body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions },
  });
}

export function get<T>(plural: Plural, namespace: string, name: string, subresource = '', options: Options = {}): Promise<T> {
  return json<T>(pathOf(plural, namespace, name, subresource), options);
}

/** The key of an object among those of its kind. */
export function keyOf({ metadata }: Resource): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
