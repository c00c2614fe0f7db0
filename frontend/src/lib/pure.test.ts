import { describe, expect, it } from 'vitest';
import type { Cluster, Row } from '../api/types';
import { healthOf, healthOfRow } from './health';
import { parseLine } from './log';
import { amount, bytes } from './quantity';
import { pathAt, schemaAt } from './schemaCompletion';
import { ago, duration } from './time';
import { withSample } from './usage';

function row(cells: Row['cells'], deletionTimestamp?: string): Row {
  return { metadata: { name: 'web', ...(deletionTimestamp ? { deletionTimestamp } : {}) }, cells };
}

describe('health', () => {
  it.each([
    ['ready', row({ Ready: 'True', Reason: '' })],
    ['building', row({ Ready: 'False', Reason: 'WaitingForMachines: not running: web-cp-1' })],
    ['building', row({ Ready: 'Unknown', Reason: '' })],
    ['failing', row({ Ready: 'False', Reason: 'RunFailed: bootstrap failed on web-cp-1' })],
    ['failing', row({ Ready: 'False', Reason: 'EtcdQuorumLost' })],
    ['blocked', row({ Ready: 'False', Reason: 'QuotaExceeded: cores short', Blocked: 'QuotaExceeded: cores short by 12. You can mend it.' })],
    ['deleting', row({ Ready: 'False', Reason: 'everything outside is being removed' }, '2026-01-01T00:00:00Z')],
  ])('is %s', (health, given) => expect(healthOfRow(given).health).toBe(health));

  it('says who has to act', () => {
    const blocked = (text: string) => healthOfRow(row({ Ready: 'False', Blocked: text }));
    expect(blocked('QuotaExceeded: short. You can mend it').who).toBe('you');
    expect(blocked('Misconfigured: no such region. The operator has to mend it')).toMatchObject({ who: 'operator', reason: 'Misconfigured' });
  });

  it('says of an object what it says of its row', () => {
    const conditions = [{ type: 'Ready', status: 'False', reason: 'RunFailed', message: 'step 3' }];
    const cluster = { metadata: { name: 'web' }, status: { conditions } } as unknown as Cluster;
    expect(healthOf(cluster)).toEqual(healthOfRow(row({ Ready: 'False', Reason: 'RunFailed: step 3' })));
  });
});

describe('quantities and times', () => {
  it.each([['500m', 0.5], ['4Gi', 4 * 2 ** 30], ['2', 2], ['', 0], [undefined, 0], ['1e3', 1000]])('reads %s', (text, number) => expect(amount(text)).toBe(number));
  it.each([[0, '0 B'], [1536, '1.5 KiB'], [4 * 2 ** 40, '4 TiB']])('writes %d bytes', (count, text) => expect(bytes(count)).toBe(text));
  it.each([[0.2, '< 1 s'], [59, '59 s'], [125, '2 min 5 s'], [7260, '2 h 1 min']])('writes %d seconds', (seconds, text) => expect(duration(seconds)).toBe(text));
  it('says how long ago', () => {
    const now = new Date('2026-01-01T12:00:00Z').getTime();
    expect(ago('2026-01-01T11:59:58Z', now)).toBe('just now');
    expect(ago('2026-01-01T11:50:00Z', now)).toContain('10');
  });
});

describe('the log', () => {
  it('reads time, status, host and step', () =>
    expect(parseLine('10:53:33 changed     web-cp-1                 Start etcd: done', 3)).toEqual({ number: 3, time: '10:53:33', status: 'changed', host: 'web-cp-1', text: 'Start etcd: done' }));
  it('keeps a line of another form', () => expect(parseLine('Failed: web-cp-1 Start etcd: timeout', 9)).toMatchObject({ status: 'failed', host: '' }));
});

describe('completion', () => {
  const lines = ['apiVersion: slipway.dev/v1', 'spec:', '  controlPlane:', '    machine:', '      cpu: "2"', '  taints:', '    - key: a'];
  it('finds the fields around a line', () => {
    expect(pathAt(lines.slice(0, 4), 6)).toEqual(['spec', 'controlPlane', 'machine']);
    expect(pathAt(lines.slice(0, 5), 2)).toEqual(['spec']);
    expect(pathAt(lines, 6)).toEqual(['spec', 'taints']);
  });
  it('steps into lists', () => {
    const schema = { properties: { spec: { properties: { taints: { type: 'array', items: { properties: { effect: { enum: ['NoSchedule'] } } } } } } } };
    expect(Object.keys(schemaAt(schema, ['spec', 'taints'])?.properties ?? {})).toEqual(['effect']);
  });
});

describe('usage over time', () => {
  const node = (name: string, cpu: number) => ({ name, cpu, cpuCapacity: 4, memory: 1, memoryCapacity: 2 });
  it('adds samples, keeps the past of nodes that left, and an hour at most', () => {
    let usage = withSample(undefined, { at: '2026-01-01T00:00:00Z', nodes: [node('a', 1), node('b', 2)] });
    usage = withSample(usage, { at: '2026-01-01T00:00:15Z', nodes: [node('a', 1.5), node('c', 3)] });
    expect(usage.nodes.map(({ name, cpu }) => [name, cpu])).toEqual([['a', [1, 1.5]], ['b', [2, null]], ['c', [null, 3]]]);
    for (let second = 30; second < 30 + 300 * 15; second += 15) usage = withSample(usage, { at: new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString(), nodes: [node('a', 1)] });
    expect(usage.times).toHaveLength(240);
    expect(usage.nodes.map(({ name }) => name), 'what left more than an hour ago is forgotten').toEqual(['a']);
  });
});
