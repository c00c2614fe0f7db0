/** A moment: how long ago, and exactly when on hover or focus. */
import { Tooltip } from '@patternfly/react-core';
import { type ReactNode, useSyncExternalStore } from 'react';
import { ago, exact } from '../lib/time';

let now = Date.now(); // moved on when a page begins to look, then every second
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for the page, which runs while somebody looks at it. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach((each) => each());
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

export function Ago({ at }: { at: string | undefined | null }): ReactNode {
  const present = useNow();
  if (!at) return <span className="sw-subtle">never</span>;
  return (
    <Tooltip content={exact(at)}>
      <time dateTime={at} tabIndex={0} className="sw-time">
        {ago(at, present)}
      </time>
    </Tooltip>
  );
}
