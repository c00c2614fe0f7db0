/** What nodes use over time: measured while somebody looks, kept for an hour. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { json } from './http';
import { pathOf } from './resources';

const EVERY_MS = 15_000; // metrics-server looks as often
const KEPT = 240; // an hour

interface Answer {
  at: string;
  nodes: { name: string; cpu: number; cpuCapacity: number; memory: number; memoryCapacity: number }[];
}

export interface Usage {
  times: number[]; // seconds
  nodes: { name: string; cpu: (number | null)[]; memory: (number | null)[]; cpuCapacity: number; memoryCapacity: number }[];
}

/** The samples so far and one more; nodes that went away keep their past, until it is an hour old. */
export function withSample(before: Usage | undefined, { at, nodes }: Answer): Usage {
  const time = new Date(at).getTime() / 1000;
  if (before?.times.at(-1) === time) return before;
  const times = [...(before?.times ?? []), time].slice(-KEPT);
  const names = new Set([...(before?.nodes ?? []).map(({ name }) => name), ...nodes.map(({ name }) => name)]);
  const kept = [...names].sort().map((name) => {
    const old = before?.nodes.find((node) => node.name === name);
    const now = nodes.find((node) => node.name === name);
    const add = (values: (number | null)[] | undefined, value: number | undefined): (number | null)[] => {
      const past = values ?? Array.from({ length: before?.times.length ?? 0 }, () => null);
      return [...past, value ?? null].slice(-KEPT);
    };
    return {
      name,
      cpu: add(old?.cpu, now?.cpu),
      memory: add(old?.memory, now?.memory),
      cpuCapacity: now?.cpuCapacity ?? old?.cpuCapacity ?? 0,
      memoryCapacity: now?.memoryCapacity ?? old?.memoryCapacity ?? 0,
    };
  });
  return { times, nodes: kept.filter(({ cpu }) => cpu.some((value) => value !== null)) };
}

export function useUsage(namespace: string, name: string, uid: string) {
  const client = useQueryClient();
  const key = ['usage', uid];
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => withSample(client.getQueryData<Usage>(key), await json<Answer>(pathOf('clusters', namespace, name, 'usage'), { signal })),
    refetchInterval: EVERY_MS,
    gcTime: 3_600_000,
    retry: false,
  });
}
