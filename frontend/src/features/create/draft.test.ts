import { describe, expect, it } from 'vitest';
import { BLANK, beyondCommand, clusterOf, commandLine, freeName, manifestsOf, sizeOf, yamlText } from './draft';

const draft = { ...BLANK, name: 'web', tenant: 'demo', version: '1.37.2' };

describe('a draft', () => {
  it('is with its defaults a cluster and a pool, and says no more than it must', () => {
    expect(manifestsOf(draft)).toEqual([
      { apiVersion: 'slipway.dev/v1', kind: 'Cluster', metadata: { name: 'web', namespace: 'demo' }, spec: { version: '1.37.2', controlPlane: { replicas: 3 } } },
      { apiVersion: 'slipway.dev/v1', kind: 'NodePool', metadata: { name: 'web-workers', namespace: 'demo' }, spec: { clusterName: 'web', replicas: 2 } },
    ]);
  });
  it('has no pool without workers', () => expect(manifestsOf({ ...draft, workers: 0 })).toHaveLength(1));
  it('gives both kinds of machines the same shape', () => {
    const [cluster, pool] = manifestsOf({ ...draft, cpu: '2', memory: '4Gi' }) as { spec: Record<string, object> }[];
    expect(cluster?.spec.controlPlane).toEqual({ replicas: 3, machine: { cpu: '2', memory: '4Gi' } });
    expect(pool?.spec.machine).toEqual({ cpu: '2', memory: '4Gi' });
  });
  it('switches add-ons off, and never says that they are on', () => {
    expect(clusterOf({ ...draft, metricsServer: false })).toMatchObject({ spec: { addons: { metricsServer: { enabled: false } } } });
    expect(yamlText(draft)).not.toContain('addons');
  });
  it('is a line for the terminal', () =>
    expect(commandLine({ ...draft, cpu: '2', storagePools: ['fast', 'bulk'] })).toBe(
      'slipway cluster create web -n demo --control-planes 3 --workers 2 --version 1.37.2 --storage-pool fast --storage-pool bulk --cpu 2',
    ));
  it('knows what the line cannot say', () => {
    expect(beyondCommand(draft)).toBe(false);
    expect(beyondCommand({ ...draft, podCIDR: '10.0.0.0/16' })).toBe(true);
  });
  it('knows its size', () => {
    expect(sizeOf(draft)).toBe('standard');
    expect(sizeOf({ ...draft, workers: 7 })).toBe('own');
  });
  it('takes the first name that is free', () => expect(freeName(['cluster-1', 'cluster-3'])).toBe('cluster-2'));
});
