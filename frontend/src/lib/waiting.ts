/** Waiting that ends early: when the signal is aborted, or when something happens in the window. */

const HIDDEN_MS = 15_000;

/** A pause; Infinity lasts until one of the events. */
export function pause(milliseconds: number, signal: AbortSignal, events: string[] = []): Promise<void> {
  if (milliseconds <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = Number.isFinite(milliseconds) ? setTimeout(end, milliseconds) : undefined;
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      events.forEach((name) => window.removeEventListener(name, end));
      resolve();
    }
    signal.addEventListener('abort', end);
    events.forEach((name) => window.addEventListener(name, end));
  });
}

/** Until somebody looks at the page. */
export function untilVisible(signal: AbortSignal): Promise<void> {
  if (!document.hidden || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
  });
}

/**
 * A signal that is aborted, too, once the page has been hidden for a while: browsers open six connections to a
 * server over HTTP/1.1 and all tabs share them, so a tab nobody looks at must hold none.
 */
export function whileVisible(signal: AbortSignal): { signal: AbortSignal; release: () => void } {
  const own = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => own.abort(), HIDDEN_MS);
  };
  const stop = (): void => own.abort();
  document.addEventListener('visibilitychange', look);
  signal.addEventListener('abort', stop);
  const release = (): void => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
    signal.removeEventListener('abort', stop);
    own.abort();
  };
  return { signal: own.signal, release };
}
