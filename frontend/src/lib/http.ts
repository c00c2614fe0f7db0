/** Requests to the one API: the session's cookie goes along by itself, the CSRF token from here. */

export interface Cause {
  field?: string;
  message: string;
  reason?: string;
}

/** A refusal in the server's own words: a v1 Status, or no answer at all (code 0). */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: number,
    readonly reason = '',
    readonly causes: Cause[] = [],
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** The messages that belong to a field such as spec.version, without those of fields below it. */
  forField(field: string): string {
    return this.causes
      .filter((cause) => cause.field === field)
      .map((cause) => cause.message)
      .join('; ');
  }
}

let csrfToken = '';
let onUnauthorized: () => void = () => undefined;

export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** Who wants to know that the session has ended. */
export function whenUnauthorized(listener: () => void): void {
  onUnauthorized = listener;
}

export interface Options {
  method?: string;
  body?: unknown;
  accept?: string;
  contentType?: string;
  signal?: AbortSignal;
}

/** The response, or an ApiError. */
export async function send(path: string, options: Options = {}): Promise<Response> {
  const response = await reach(path, options);
  if (response.ok) return response;
  if (response.status === 401 && path !== '/session') onUnauthorized();
  throw await refusal(response);
}

async function reach(path: string, { method = 'GET', body, accept, contentType, signal }: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: accept ?? 'application/json' };
  if (body !== undefined) headers['Content-Type'] = contentType ?? 'application/json';
  if (method !== 'GET') headers['X-CSRFToken'] = csrfToken;
  const payload = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
  try {
    return await fetch(path, { method, headers, body: payload, signal: signal ?? null, credentials: 'same-origin' });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError('Slipway does not answer. Your work is kept; try again in a moment.', 0, 'Unreachable');
  }
}

async function refusal(response: Response): Promise<ApiError> {
  try {
    return fromStatus((await response.json()) as StatusDocument, response.status);
  } catch {
    return new ApiError(`The server answered ${response.status} ${response.statusText}.`, response.status);
  }
}

export interface StatusDocument {
  message?: string;
  reason?: string;
  code?: number;
  details?: { causes?: Cause[] };
}

export function fromStatus(status: StatusDocument, code: number): ApiError {
  const causes = status.details?.causes ?? [];
  return new ApiError(status.message ?? `The server answered ${code}.`, status.code ?? code, status.reason, causes);
}

export async function json<T>(path: string, options: Options = {}): Promise<T> {
  return (await (await send(path, options)).json()) as T;
}

/** What went wrong, for a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
