/** Asks the API, and turns whatever goes wrong into one error with one clear line. */
import createClient from 'openapi-fetch';
import type { paths } from './schema';

export const api = createClient<paths>();

// The oldest data that an answer of late was of. A busy server may answer from before the newest runs.
let oldest = Number.POSITIVE_INFINITY;

api.use({
  onResponse({ response }) {
    const version = Number(response.headers.get('data-version') ?? Number.POSITIVE_INFINITY);
    oldest = Math.min(oldest, version);
  },
});

/** Whether an answer since the last call was of older data than this version; each is told of once. */
export function wereBehind(version: number): boolean {
  const found = oldest < version;
  oldest = Number.POSITIVE_INFINITY;
  return found;
}

export class ApiError extends Error {
  constructor(
    readonly status: number, // 0 when there was no answer at all
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; throws an ApiError in its place when there is none. */
export async function dataOf<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked.catch((reason: unknown) => {
    if (reason instanceof DOMException && reason.name === 'AbortError') throw reason;
    throw new ApiError(0, 'The server cannot be reached.');
  });
  if (data === undefined) throw new ApiError(response.status, detailOf(error, response));
  return data;
}

function detailOf(error: unknown, response: Response): string {
  if (error && typeof error === 'object' && 'detail' in error && typeof error.detail === 'string') return error.detail;
  return `The server answered ${response.status} ${response.statusText}`.trim();
}
