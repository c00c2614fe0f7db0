/** A server for one test: answers by method and path, and remembers what it was asked. */
import { vi } from 'vitest';

interface Asked {
  method: string;
  path: string;
  body: unknown;
  headers: Record<string, string>;
}

type Reply = (asked: Asked) => Response | Promise<Response>;

export function jsonReply(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
}

/** A watch: lines are sent when the test says so. */
export class Stream {
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly response = new Response(
    new ReadableStream<Uint8Array>({ start: (controller) => void (this.controller = controller) }),
  );

  send(event: unknown): void {
    this.controller?.enqueue(new TextEncoder().encode(`${JSON.stringify(event)}\n`));
  }

  end(): void {
    this.controller?.close();
  }

  breakOff(): void {
    this.controller?.error(new TypeError('network error'));
  }
}

export function serve(reply: Reply): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => {
    const request = {
      method: init.method ?? 'GET', path, headers: init.headers as Record<string, string>,
      body: typeof init.body === 'string' && init.body.startsWith('{') ? (JSON.parse(init.body) as unknown) : init.body,
    };
    asked.push(request);
    init.signal?.throwIfAborted();
    return Promise.resolve(reply(request));
  });
  return asked;
}
