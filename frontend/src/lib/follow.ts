/** One list and the watch after it: chunked, resumed where it broke, listed anew when the server says so. */
import type { Resource, Row } from '../api/types';
import { ApiError, fromStatus, json, send, type StatusDocument } from './http';
import { keyOf, pathOf, type Plural } from './resources';
import { takeSlot } from './slots';
import { lines } from './stream';
import { pause, untilVisible, whileVisible } from './waiting';

const CHUNK = 500;
const PUBLISH_MS = 100;
const GROWTH_MS = 500; // a list that grows is drawn so often: drawing it costs more than fetching the next chunk
const LOOK_BACK = 2_000; // changes of any kind
const MOST_RECENT = 300;
const LONGEST_PAUSE_MS = 15_000;
const SHORTEST_PAUSE_MS = 300;
const CATCH_UP_MS = 4_000; // between looks when other sources hold the lasting connections

export interface Source {
  plural: Plural;
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  recent?: boolean; // only what changed lately: for events, of which a large platform has too many to list
  table?: boolean; // rows with the columns of the kind instead of whole objects: a tenth of the bytes
}

/** loading: nothing shown yet. refused: the user may not, and trying again would not help. */
export type Phase = 'loading' | 'live' | 'reconnecting' | 'refused';

export interface Snapshot<T> {
  items: T[];
  phase: Phase;
  complete: boolean; // every chunk of the first list is there
  error?: ApiError | undefined;
}

interface ListAnswer {
  metadata: { resourceVersion: string; continue?: string };
  items?: Resource[];
  columnDefinitions?: { name: string }[];
  rows?: { cells: Row['cells'][string][]; object: Resource }[];
}

interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: ListAnswer & Resource & StatusDocument;
}

/** Follows a source until its signal is aborted; tells every change, many at once. */
export class Follower<T extends Resource> {
  private objects = new Map<string, T>();
  private version = '';
  private columns: string[] = [];
  private failures = 0;
  private lookedBack = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private state: Omit<Snapshot<T>, 'items'> = { phase: 'loading', complete: false };

  constructor(
    private readonly source: Source,
    private readonly publish: (snapshot: Snapshot<T>) => void,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.hush());
    if (this.version) this.tell({}); // what was heard and not told when it was left
    const over = (): boolean => signal.aborted;
    while (!over()) {
      try {
        await untilVisible(signal);
        if (!this.version) await this.list(signal);
        const release = await takeSlot();
        try {
          await this.watch(signal, release !== null);
        } finally {
          release?.();
        }
        await pause(release ? SHORTEST_PAUSE_MS : CATCH_UP_MS, signal);
      } catch (error) {
        if (!over()) await this.recover(error, signal);
      }
    }
  }

  private async list(signal: AbortSignal): Promise<void> {
    if (this.source.recent) return this.lookBack(signal);
    const fresh = new Map<string, T>();
    let next = '';
    let version = '';
    let told = 0;
    do {
      const query = { limit: String(CHUNK), ...(next ? { continue: next } : {}) };
      const answer = await json<ListAnswer>(this.address(query), { accept: this.accept(), signal });
      for (const object of this.objectsOf(answer)) fresh.set(keyOf(object), object);
      version ||= answer.metadata.resourceVersion;
      next = answer.metadata.continue ?? '';
      if (!this.state.complete) {
        this.objects = fresh; // the first list is shown as it grows; a later one replaces what is shown at its end
        if (Date.now() - told > GROWTH_MS) {
          this.tell({ phase: 'loading' });
          told = Date.now();
        }
      }
    } while (next);
    this.objects = fresh;
    this.version = version;
    this.tell({ phase: 'live', complete: true, error: undefined });
  }

  /** Nothing is listed: the watch begins a little earlier, so that the server tells the latest changes again. */
  private async lookBack(signal: AbortSignal): Promise<void> {
    const { metadata } = await json<ListAnswer>(this.address({ limit: '1' }), { signal });
    const now = Number(metadata.resourceVersion);
    this.version = String(this.lookedBack ? now : Math.max(1, now - LOOK_BACK));
    this.lookedBack = true; // if that is too long ago, the answer is 410, and the next try begins now
    this.tell({ phase: 'live', complete: true, error: undefined });
  }

  /** Until the server ends it; one that may not last only hears what has happened so far. */
  private async watch(signal: AbortSignal, lasting: boolean): Promise<void> {
    const end: Record<string, string> = lasting ? {} : { timeoutSeconds: '1' };
    const query = { watch: 'true', resourceVersion: this.version, allowWatchBookmarks: 'true', ...end };
    const looking = whileVisible(signal);
    try {
      const response = await send(this.address(query), { accept: this.accept(), signal: looking.signal });
      this.failures = 0;
      if (this.state.phase !== 'live') this.tell({ phase: 'live', error: undefined });
      for await (const line of lines(response, looking)) this.take(JSON.parse(line) as WatchEvent);
    } catch (error) {
      if (!document.hidden || error instanceof ApiError) throw error; // else we hung up ourselves
    } finally {
      looking.release();
    }
  }

  private take({ type, object }: WatchEvent): void {
    if (type === 'ERROR') throw fromStatus(object, object.code ?? 500);
    const [item] = this.objectsOf(object.rows ? object : { ...object, items: [object] });
    if (!item) return;
    const version = item.metadata.resourceVersion ?? '';
    if (Number(version) > Number(this.version)) this.version = version;
    if (type === 'BOOKMARK') return;
    const key = keyOf(item);
    const known = Number(this.objects.get(key)?.metadata.resourceVersion ?? 0);
    if (known > Number(version)) return; // a later chunk of the list was newer already
    if (type === 'DELETED') this.objects.delete(key);
    else this.objects.set(key, item);
    if (this.source.recent && this.objects.size > MOST_RECENT) this.objects.delete(this.objects.keys().next().value ?? '');
    this.tell({});
  }

  private objectsOf(answer: ListAnswer): T[] {
    if (!answer.rows) return (answer.items ?? []) as T[];
    if (answer.columnDefinitions?.length) this.columns = answer.columnDefinitions.map(({ name }) => name);
    return answer.rows.map(({ cells, object }) => {
      const named = Object.fromEntries(this.columns.map((name, index) => [name, cells[index]]));
      return { metadata: object.metadata, cells: named } as unknown as T;
    });
  }

  private async recover(error: unknown, signal: AbortSignal): Promise<void> {
    const known = error instanceof ApiError ? error : undefined;
    if (known?.code === 410) {
      this.version = '';
      return;
    }
    const refused = known !== undefined && [401, 403, 404].includes(known.code);
    this.tell({ phase: refused && known.code !== 401 ? 'refused' : 'reconnecting', error: known });
    const wait = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** this.failures) * (0.7 + Math.random() * 0.6);
    this.failures += 1;
    await pause(refused ? Infinity : wait, signal, refused ? ['slipway:signed-in'] : ['online', 'slipway:signed-in']);
  }

  private tell(change: Partial<Omit<Snapshot<T>, 'items'>>): void {
    const sooner = Object.keys(change).length > 0;
    this.state = { ...this.state, ...change };
    if (sooner) {
      this.send();
    } else {
      this.timer ??= setTimeout(() => this.send(), PUBLISH_MS);
    }
  }

  private hush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private send(): void {
    this.hush();
    this.publish({ ...this.state, items: [...this.objects.values()] });
  }

  private accept(): string {
    return this.source.table ? 'application/json;as=Table;v=v1;g=meta.k8s.io' : 'application/json';
  }

  private address(query: Record<string, string>): string {
    const { plural, namespace, labelSelector, fieldSelector } = this.source;
    const all = { ...query, ...(labelSelector ? { labelSelector } : {}), ...(fieldSelector ? { fieldSelector } : {}) };
    return `${pathOf(plural, namespace)}?${new URLSearchParams(all).toString()}`;
  }
}
