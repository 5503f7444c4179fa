// Somebody else's server on this machine: what we call, fetch from, or must not reach.
import { once } from 'node:events';
import http from 'node:http';
import { until } from './processes.mjs';

/** Notes every request and answers as told. */
export class Receiver {
  /** `answer(request, response, number)`; 204 unless told otherwise. */
  static async start(answer = (_request, response) => response.writeHead(204).end()) {
    const receiver = new Receiver();
    receiver.answer = answer;
    receiver.requests = [];
    receiver.server = http.createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method, url, headers } = request;
      receiver.requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      receiver.answer(request, response, receiver.requests.length);
    });
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    receiver.url = `http://127.0.0.1:${receiver.server.address().port}`;
    return receiver;
  }

  events() {
    return this.requests.map(({ body }) => JSON.parse(body));
  }

  /** The first `count` requests, when they have come. */
  async arrived(count, within = 20_000) {
    await until(() => this.requests.length >= count, { within, what: `${count} requests at ${this.url}` });
    return this.requests.slice(0, count);
  }

  /** Forgets what came. */
  clear() {
    this.requests = [];
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
