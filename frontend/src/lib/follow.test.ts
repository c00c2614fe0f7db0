import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Resource } from '../api/types';
import { jsonReply, serve, Stream } from '../test/server';
import { Follower, type Snapshot, type Source } from './follow';

const SOURCE: Source = { plural: 'clusters', namespace: 'demo' };

function object(name: string, version: number): Resource {
  return { metadata: { name, namespace: 'demo', resourceVersion: String(version) } };
}

function listOf(items: Resource[], version: number, next?: string) {
  return jsonReply({ metadata: { resourceVersion: String(version), ...(next ? { continue: next } : {}) }, items });
}

function followed(source: Source) {
  const controller = new AbortController();
  const told: Snapshot<Resource>[] = [];
  void new Follower<Resource>(source, (snapshot) => told.push(snapshot)).run(controller.signal);
  const names = (): string[] => (told.at(-1)?.items ?? []).map(({ metadata }) => metadata.name);
  return { told, names, last: () => told.at(-1), stop: () => controller.abort() };
}

describe('Follower', () => {
  let stop = (): void => undefined;
  beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }));
  afterEach(() => {
    stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('shows chunk after chunk, then watches from the version of the first', async () => {
    const stream = new Stream();
    const asked = serve(({ path }) => {
      if (path.includes('watch=true')) return stream.response;
      return path.includes('continue=more') ? listOf([object('b', 7)], 5) : listOf([object('a', 1)], 5, 'more');
    });
    const seen = followed(SOURCE);
    stop = seen.stop;

    await vi.waitFor(() => expect(seen.last()).toMatchObject({ phase: 'live', complete: true }));
    expect(seen.told[0]).toMatchObject({ phase: 'loading', complete: false });
    expect(seen.names()).toEqual(['a', 'b']);
    await vi.waitFor(() => expect(asked.at(-1)?.path).toContain('resourceVersion=5'));
    expect(asked.at(-1)?.path).toContain('allowWatchBookmarks=true');
  });

  it('takes events, but nothing older than what a later chunk showed', async () => {
    const stream = new Stream();
    serve(({ path }) => (path.includes('watch=true') ? stream.response : listOf([object('a', 9)], 5)));
    const seen = followed(SOURCE);
    stop = seen.stop;
    await vi.waitFor(() => expect(seen.last()?.phase).toBe('live'));

    stream.send({ type: 'MODIFIED', object: object('a', 6) });
    stream.send({ type: 'ADDED', object: object('c', 10) });
    await vi.waitFor(() => expect(seen.names()).toEqual(['a', 'c']));
    expect(seen.last()?.items[0]?.metadata.resourceVersion).toBe('9');

    stream.send({ type: 'DELETED', object: object('a', 11) });
    await vi.waitFor(() => expect(seen.names()).toEqual(['c']));
  });

  it('resumes where a broken watch stopped, and says so meanwhile', async () => {
    const streams = [new Stream(), new Stream()];
    let watches = 0;
    const asked = serve(({ path }) => (path.includes('watch=true') ? (streams[watches++] ?? new Stream()).response : listOf([object('a', 1)], 1)));
    const seen = followed(SOURCE);
    stop = seen.stop;
    await vi.waitFor(() => expect(watches).toBe(1));
    streams[0]?.send({ type: 'BOOKMARK', object: { metadata: { name: '', resourceVersion: '42' } } });
    await vi.advanceTimersByTimeAsync(10);

    streams[0]?.breakOff();

    await vi.waitFor(() => expect(seen.last()?.phase).toBe('reconnecting'));
    expect(seen.names(), 'what was seen stays').toEqual(['a']);
    await vi.waitFor(() => expect(watches).toBe(2), 5000);
    expect(asked.at(-1)?.path).toContain('resourceVersion=42');
    await vi.waitFor(() => expect(seen.last()?.phase).toBe('live'));
  });

  it('tells what it heard just before it was left, and goes on telling, when it is followed again', async () => {
    const streams = [new Stream(), new Stream()];
    let watches = 0;
    serve(({ path }) => (path.includes('watch=true') ? (streams[watches++] ?? new Stream()).response : listOf([object('a', 1)], 1)));
    let names: string[] = [];
    const follower = new Follower<Resource>(SOURCE, ({ items }) => (names = items.map(({ metadata }) => metadata.name)));
    const first = new AbortController();
    void follower.run(first.signal);
    await vi.waitFor(() => expect(watches).toBe(1));
    streams[0]?.send({ type: 'ADDED', object: object('b', 2) });
    await vi.advanceTimersByTimeAsync(1); // heard, and not told yet
    first.abort();

    const second = new AbortController();
    stop = () => second.abort();
    void follower.run(second.signal);
    await vi.waitFor(() => expect(names).toEqual(['a', 'b']));
    await vi.waitFor(() => expect(watches).toBe(2));
    streams[1]?.send({ type: 'ADDED', object: object('c', 3) });
    await vi.waitFor(() => expect(names).toEqual(['a', 'b', 'c']));
  });

  it('lists anew when its version is too old, and keeps what is shown until then', async () => {
    const stream = new Stream();
    let lists = 0;
    serve(({ path }) => {
      if (path.includes('watch=true')) return lists === 1 ? jsonReply({ kind: 'Status', code: 410, message: 'too old', reason: 'Expired' }, 410) : stream.response;
      lists += 1;
      return lists === 1 ? listOf([object('old', 1)], 1) : listOf([object('new', 8)], 8);
    });
    const seen = followed(SOURCE);
    stop = seen.stop;

    await vi.waitFor(() => expect(seen.names()).toEqual(['new']));
    expect(lists).toBe(2);
    expect(seen.told.every(({ items, complete }) => !complete || items.length === 1), 'never empty in between').toBe(true);
  });

  it('lists anew when the watch itself says 410', async () => {
    const first = new Stream();
    let lists = 0;
    serve(({ path }) => {
      if (path.includes('watch=true')) return lists === 1 ? first.response : new Stream().response;
      lists += 1;
      return listOf([object(`list-${lists}`, lists)], lists);
    });
    const seen = followed(SOURCE);
    stop = seen.stop;
    await vi.waitFor(() => expect(seen.names()).toEqual(['list-1']));

    first.send({ type: 'ERROR', object: { kind: 'Status', code: 410, message: 'the watch was too slow' } });

    await vi.waitFor(() => expect(seen.names()).toEqual(['list-2']));
  });

  it('does not ask again what it may not see, until somebody signs in', async () => {
    let asked = 0;
    serve(({ path }) => {
      asked += 1;
      if (path.includes('watch=true')) return new Stream().response;
      return asked === 1 ? jsonReply({ kind: 'Status', code: 403, message: 'clusters is forbidden' }, 403) : listOf([], 1);
    });
    const seen = followed(SOURCE);
    stop = seen.stop;
    await vi.waitFor(() => expect(seen.last()?.phase).toBe('refused'));
    expect(seen.last()?.error?.message).toBe('clusters is forbidden');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toBe(1);

    window.dispatchEvent(new Event('slipway:signed-in'));

    await vi.waitFor(() => expect(seen.last()?.phase).toBe('live'));
  });

  it('gives rows their cells by the names of the columns', async () => {
    const table = { metadata: { resourceVersion: '3' }, columnDefinitions: [{ name: 'Name' }, { name: 'Ready' }], rows: [{ cells: ['a', 'True'], object: object('a', 1) }] };
    const asked = serve(({ path }) => (path.includes('watch=true') ? new Stream().response : jsonReply(table)));
    const seen = followed({ ...SOURCE, table: true });
    stop = seen.stop;

    await vi.waitFor(() => expect(seen.last()?.complete).toBe(true));
    expect(seen.last()?.items[0]).toMatchObject({ cells: { Name: 'a', Ready: 'True' } });
    expect(asked[0]?.headers.Accept).toContain('as=Table');
  });

  it('looks back for events instead of listing all of them', async () => {
    const asked = serve(({ path }) => (path.includes('watch=true') ? new Stream().response : listOf([object('e', 1)], 9000)));
    const seen = followed({ plural: 'events', recent: true });
    stop = seen.stop;

    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(asked[0]?.path).toContain('limit=1');
    expect(asked[1]?.path).toContain('resourceVersion=7000');
  });
});
