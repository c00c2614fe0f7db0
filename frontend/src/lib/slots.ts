/**
 * Lasting connections, counted over all windows. Over HTTP/1.1 a browser opens six to a server: were all of them watches,
 * the next click would wait for ever. Locks of the browser are shared by its windows, and end with them.
 */

const LASTING = 4;
const NAMES = Array.from({ length: LASTING }, (_, index) => `slipway.watch.${index}`);

function unlimited(): boolean {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return !('locks' in navigator) || /^h[23]/.test(navigation?.nextHopProtocol ?? '');
}

/** The right to one lasting connection, or null if all are taken; calling it gives the right back. */
export async function takeSlot(): Promise<(() => void) | null> {
  if (unlimited()) return () => undefined;
  for (const name of NAMES) {
    const release = await tryLock(name);
    if (release) return release;
  }
  return null;
}

function tryLock(name: string): Promise<(() => void) | null> {
  return new Promise((answer) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) {
        answer(null);
        return undefined;
      }
      return new Promise<void>((release) => answer(release));
    });
  });
}
