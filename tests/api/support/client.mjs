// A client of the API whose every answer is checked against the contract.
import assert from 'node:assert/strict';
import http from 'node:http';
import { createParser } from 'eventsource-parser';
import { assertDocumented, assertIs } from './contract.mjs';
import { keepBodySecret, keepSecret } from './secrets.mjs';

const ENDED = ['succeeded', 'failed', 'canceled'];
export const hasEnded = (job) => ENDED.includes(job.status);

function parsed(type, bytes) {
  return type.endsWith('json') ? JSON.parse(bytes.toString()) : undefined;
}

export class Client {
  /** `token` may be absent; `user` is what registering answered. */
  constructor(url, { token, user, password } = {}) {
    Object.assign(this, { url, token, user, password });
  }

  headers(more = {}) {
    return { ...(this.token && { authorization: `Bearer ${this.token}` }), ...more };
  }

  /** Sends a request as it stands and checks the answer. `target` may be a path or an absolute URL. */
  async send(method, target, { headers = {}, body } = {}) {
    const url = new URL(target, this.url);
    const response = await fetch(url, { method, headers: this.headers(headers), body, redirect: 'manual' });
    const bytes = Buffer.from(await response.arrayBuffer());
    return this.checked(method, url.pathname, response.status, response.headers, bytes);
  }

  checked(method, pathname, status, headers, bytes) {
    const title = `${method} ${pathname} → ${status}`;
    const type = (headers.get('content-type') ?? '').split(';')[0];
    const answer = { title, status, headers, type, bytes, body: parsed(type, bytes) };
    keepBodySecret(answer.body);
    assertDocumented(method, pathname, answer);
    return answer;
  }

  /** Like send, for targets and headers that fetch would tidy up. */
  async sendRaw(method, target, { headers = {}, body } = {}) {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const request = http.request({ method, hostname, port, path: target, headers: this.headers(headers) }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const pathname = target.split('?')[0];
          const flat = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
          try {
            resolve(this.checked(method, pathname, response.statusCode, new Headers(flat), Buffer.concat(chunks)));
          } catch (error) {
            reject(error);
          }
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  get(target, headers) {
    return this.send('GET', target, { headers });
  }

  delete(target, headers) {
    return this.send('DELETE', target, { headers });
  }

  post(target, body, headers) {
    keepBodySecret(body);
    return this.send('POST', target, {
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  /** multipart/form-data; `image` is bytes, other fields are text. */
  postForm(target, { image, filename = 'photo.jpg', type = 'image/jpeg', ...fields }) {
    const form = new FormData();
    if (image !== undefined) form.append('image', new Blob([image], { type }), filename);
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    return this.send('POST', target, { body: form });
  }

  /** GET that must be answered with 200. */
  async read(target) {
    return this.expect(200, await this.get(target)).body;
  }

  /** Fails with the whole answer when the status is another. */
  expect(status, answer, code) {
    assert.equal(answer.status, status, `${answer.title}: ${answer.bytes.toString().slice(0, 1000)}`);
    if (code) assert.equal(answer.body.code, code, answer.body.detail);
    return answer;
  }

  /** Waits for a job's end and returns it. */
  async finished(jobId, { within = 60_000 } = {}) {
    const deadline = Date.now() + within;
    for (;;) {
      const job = this.expect(200, await this.get(`/jobs/${jobId}`, { prefer: 'wait=20' })).body;
      if (hasEnded(job)) return job;
      assert.ok(Date.now() < deadline, `job ${jobId} has not ended within ${within} ms: ${JSON.stringify(job)}`);
    }
  }

  /** The events of a job until the stream closes, or until `enough(events)`. */
  async events(target, { headers = {}, enough = () => false } = {}) {
    const stop = new AbortController();
    const response = await fetch(new URL(target, this.url), { headers: this.headers(headers), signal: stop.signal });
    assert.equal(response.status, 200, target);
    assert.match(response.headers.get('content-type'), /^text\/event-stream/);
    const events = [];
    const parser = createParser({
      onEvent: ({ id, event, data }) => {
        const job = JSON.parse(data);
        assertIs('Job', job);
        events.push({ id: Number(id), event, job });
      },
    });
    const decoder = new TextDecoder();
    for await (const chunk of response.body) {
      parser.feed(decoder.decode(chunk, { stream: true }));
      if (enough(events)) break;
    }
    stop.abort();
    return events;
  }

  /** The bytes behind a signed link, checked. */
  async picture(url) {
    const anyone = new Client(this.url);
    return anyone.expect(200, await anyone.get(url)).bytes;
  }
}

/** A client that sends `token` whatever it is. */
export function withToken(url, token) {
  keepSecret('token', token);
  return new Client(url, { token });
}
