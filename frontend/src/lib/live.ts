/** What the server has, always as it is now: lists in the query cache that their watches keep up to date. */
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Resource, Row } from '../api/types';
import { Follower, type Phase, type Snapshot, type Source } from './follow';

const HAND_OVER_MS = 50; // from one component to the next that wants the same
const KEEP_MS = 300_000; // what was seen is shown at once when somebody comes back to it

interface Followed {
  users: number;
  phase: Phase;
  follower: Follower<Resource>;
  stop: (() => void) | undefined; // while it runs
  forget: ReturnType<typeof setTimeout> | undefined; // while nobody looks
}

const followed = new Map<string, Followed>();
const listeners = new Set<() => void>();
const EMPTY: Snapshot<never> = { items: [], phase: 'loading', complete: false };

/** Follow it from now on; one that was left is resumed where it stopped. The result ends it. */
function acquire(client: QueryClient, source: Source): () => void {
  const key = JSON.stringify(source);
  const entry = followed.get(key) ?? begin(client, source, key);
  entry.users += 1;
  clearTimeout(entry.forget);
  if (!entry.stop) {
    const controller = new AbortController();
    entry.stop = () => controller.abort();
    void entry.follower.run(controller.signal);
    announce();
  }
  return () => {
    entry.users -= 1;
    setTimeout(() => leave(client, key, entry), HAND_OVER_MS);
  };
}

/** Nobody looks any more: its connection is given back at once, there are only six. */
function leave(client: QueryClient, key: string, entry: Followed): void {
  if (entry.users > 0 || !entry.stop) return;
  entry.stop();
  entry.stop = undefined;
  entry.forget = setTimeout(() => {
    followed.delete(key);
    client.removeQueries({ queryKey: ['live', key] });
  }, KEEP_MS);
  announce();
}

function begin(client: QueryClient, source: Source, key: string): Followed {
  const follower = new Follower<Resource>(source, (snapshot) => {
    client.setQueryData(['live', key], snapshot);
    if (entry.phase === snapshot.phase) return;
    entry.phase = snapshot.phase;
    announce();
  });
  const entry: Followed = { users: 0, phase: 'loading', follower, stop: undefined, forget: undefined };
  followed.set(key, entry);
  return entry;
}

function announce(): void {
  listeners.forEach((listener) => listener());
}

/** After a sign-out nothing that the last user saw may be left. */
export function forgetAll(client: QueryClient): void {
  for (const [key, entry] of followed) {
    entry.stop?.();
    clearTimeout(entry.forget);
    followed.delete(key);
  }
  client.removeQueries({ queryKey: ['live'] });
  announce();
}

/** All objects of a source, and how fresh they are. Without a source: nothing, at no cost. */
export function useLive<T extends Resource>(source: Source | null): Snapshot<T> {
  const client = useQueryClient();
  const key = source ? JSON.stringify(source) : '';
  useEffect(() => (key ? acquire(client, JSON.parse(key) as Source) : undefined), [client, key]);
  const { data } = useQuery<Snapshot<T>>({ queryKey: ['live', key], enabled: false, gcTime: Infinity });
  return data ?? EMPTY;
}

/** Rows of a Table: for long lists. */
export function useRows(source: Source): Snapshot<Row> {
  return useLive<Row>({ ...source, table: true });
}

/** One object by name; undefined while it is loaded, null when it is not there. */
export function useOne<T extends Resource>(source: Source, name: string): { object: T | undefined | null; live: Snapshot<T> } {
  const live = useLive<T>(name ? { ...source, fieldSelector: `metadata.name=${name}` } : null);
  const object = useMemo(() => live.items.find((item) => item.metadata.name === name), [live.items, name]);
  return { object: object ?? (live.complete ? null : undefined), live };
}

/** The worst state of all lists on the page. */
export function useConnection(): Phase | 'idle' {
  return useSyncExternalStore(subscribe, worst);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function worst(): Phase | 'idle' {
  const phases = new Set([...followed.values()].filter(({ stop }) => stop).map(({ phase }) => phase));
  const order: Phase[] = ['reconnecting', 'loading', 'live'];
  return order.find((phase) => phases.has(phase)) ?? 'idle';
}
