/** The log of a run as it comes, and what its lines say. */
import { useEffect, useState } from 'react';
import { pathOf } from './resources';
import { send } from './http';
import { takeSlot } from './slots';
import { lines } from './stream';
import { pause } from './waiting';

const PUBLISH_MS = 150;
const RETRY_MS = 2_000;
const SILENCE_MS = 3_600_000; // a step may take long and say nothing

export interface LogLine {
  number: number;
  time: string;
  status: string; // started (a play), ok, changed, failed, unreachable, skipped; '' for the end
  host: string;
  text: string;
}

const FORM = /^(\d\d:\d\d:\d\d) (\S+)\s+(\S+)\s+(.*)$/;

export function parseLine(text: string, number: number): LogLine {
  const [, time, status, host, rest] = FORM.exec(text) ?? [];
  if (time === undefined) return { number, time: '', status: text.startsWith('Failed') ? 'failed' : '', host: '', text };
  return { number, time, status: status ?? '', host: host === '-' ? '' : (host ?? ''), text: rest ?? '' };
}

export interface LogState {
  lines: LogLine[];
  phase: 'streaming' | 'ended' | 'reconnecting';
}

/** Streams until the run has ended; after a break all of it comes again. */
export function useLog(namespace: string, name: string): LogState {
  const [state, setState] = useState<LogState>({ lines: [], phase: 'streaming' });
  useEffect(() => {
    const controller = new AbortController();
    void follow(`${pathOf('runs', namespace, name, 'log')}?follow=true`, controller.signal, setState);
    return () => controller.abort();
  }, [namespace, name]);
  return state;
}

async function follow(path: string, signal: AbortSignal, publish: (state: LogState) => void): Promise<void> {
  let shown: LogLine[] = [];
  const over = (): boolean => signal.aborted;
  while (!over()) {
    const fresh: LogLine[] = [];
    let told = 0;
    const release = await takeSlot();
    try {
      const response = await send(path, { accept: 'text/plain', signal });
      for await (const line of lines(response, { signal, silence: SILENCE_MS })) {
        fresh.push(parseLine(line, fresh.length + 1));
        if (performance.now() - told < PUBLISH_MS || fresh.length < shown.length) continue;
        told = performance.now();
        publish({ lines: [...fresh], phase: 'streaming' });
      }
      if (!over()) publish({ lines: fresh, phase: 'ended' });
      return;
    } catch {
      if (fresh.length > shown.length) shown = fresh;
      if (!over()) publish({ lines: [...shown], phase: 'reconnecting' });
      await pause(RETRY_MS, signal, ['online', 'slipway:signed-in']);
    } finally {
      release?.();
    }
  }
}
