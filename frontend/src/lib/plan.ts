/** The subresource clusters/plan: what would be made, what it takes, whether it fits. */
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { json } from './http';
import { pathOf } from './resources';

export interface QuotaRow {
  resource: string;
  unit: string; // cores, bytes, pieces
  used: number;
  limit: number | null;
  needed: number;
  left: number | null;
}

export interface ClusterPlan {
  fits: boolean;
  provider: { name: string; driver: string };
  release: string;
  image: { name: string; there: boolean };
  machines: { role: string; pool: string; replicas: number; create: string[]; keep: number; remove: string[]; flavor: string; cpu: string; memory: string; disk: string }[];
  objects: { kind: string; name: string; action: 'create' | 'keep' | 'missing'; borrowed: boolean; capacity?: string }[];
  addresses: Record<string, { cidr: string; collidesWith: string[]; from?: string; mayCollideWith?: string[] }>;
  quota: { tenant: QuotaRow[]; cloud: QuotaRow[] };
  time: { seconds: number | null; clusters: number; message: string };
  shortfalls: { code: string; message: string; advice: string; field: string }[];
}

export function askPlan(namespace: string, name: string, manifests: object[], signal?: AbortSignal): Promise<ClusterPlan> {
  const options = { method: 'POST', body: { apiVersion: 'v1', kind: 'List', items: manifests } };
  return json<ClusterPlan>(pathOf('clusters', namespace, name, 'plan'), signal ? { ...options, signal } : options);
}

/** The plan of manifests that change while somebody types; the last one stays until the next is there. */
export function usePlan(namespace: string, name: string, manifests: object[]): UseQueryResult<ClusterPlan> {
  const text = useSettled(JSON.stringify(manifests), 400);
  return useQuery({
    queryKey: ['plan', namespace, name, text],
    queryFn: ({ signal }) => askPlan(namespace, name, JSON.parse(text) as object[], signal),
    enabled: namespace !== '' && name !== '' && text !== '[]',
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 10_000,
  });
}

/** A value once it has not changed for a moment. */
export function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
