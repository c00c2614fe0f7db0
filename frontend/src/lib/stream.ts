/** Lines of a response as they come. */

const SILENCE_MS = 75_000; // the server sends a bookmark every 30 s: longer silence is a dead connection

export interface StreamOptions {
  signal: AbortSignal;
  silence?: number;
}

/** Each line once it is whole; ends with the response, throws when it is silent for too long. */
export async function* lines(response: Response, { signal, silence = SILENCE_MS }: StreamOptions): AsyncGenerator<string> {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const stop = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop);
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await withTimeout(reader.read(), silence);
      if (done || signal.aborted) break;
      const parts = (rest + value).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
    }
    if (rest) yield rest;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

async function withTimeout<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the connection has gone silent')), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
