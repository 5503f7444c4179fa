// A typed client of the Atelier API on openapi-fetch. The types in `schema.d.ts` are generated from the served document:
//   npx openapi-typescript http://127.0.0.1:8080/openapi.json -o schema.d.ts
import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema.js';

export type Schemas = components['schemas'];
export type Job = Schemas['Job'];
export type Problem = Schemas['Problem'];

/** A refused request: branch on `problem.code`, quote `problem.requestId` when you ask for help. */
export class AtelierError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail ?? problem.title}`);
  }
}

/** A client that sends `token`, an access token or an API key, and throws `AtelierError` for what is refused. */
export function createAtelier(baseUrl: string, token?: string) {
  const client = createClient<paths>({ baseUrl });
  const throwing: Middleware = {
    onRequest({ request }) {
      if (token) request.headers.set('authorization', `Bearer ${token}`);
      return request;
    },
    async onResponse({ response }) {
      if (response.headers.get('content-type')?.startsWith('application/problem+json'))
        throw new AtelierError((await response.clone().json()) as Problem);
    },
  };
  client.use(throwing);
  return client;
}

export type Atelier = ReturnType<typeof createAtelier>;

const ENDED: ReadonlySet<Job['status']> = new Set<Job['status']>(['succeeded', 'failed', 'canceled']);

/** The job when it has ended; asks again as often as needed, without a pause in between. */
export async function finished(atelier: Atelier, jobId: string): Promise<Job> {
  for (;;) {
    const { data } = await atelier.GET('/jobs/{jobId}', {
      params: { path: { jobId }, header: { Prefer: 'wait=30' } },
    });
    if (data && ENDED.has(data.status)) return data;
  }
}
