/** A moment: how long ago, and exactly when on hover or focus. */
import { Tooltip } from '@patternfly/react-core';
import { type ReactNode, useRef, useState, useSyncExternalStore } from 'react';
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
  const place = useRef<HTMLTimeElement>(null);
  const [near, setNear] = useState(false); // only then there is a tooltip: hundreds of them make a list slow
  if (!at) return <span className="sw-subtle">never</span>;
  return (
    <>
      <time
        ref={place} dateTime={at} tabIndex={0} className="sw-time"
        onMouseEnter={() => setNear(true)} onMouseLeave={() => setNear(false)} onFocus={() => setNear(true)} onBlur={() => setNear(false)}
      >
        {ago(at, present)}
      </time>
      {near && <Tooltip content={exact(at)} triggerRef={place} trigger="manual" isVisible />}
    </>
  );
}
