// Users who upload, ask for jobs, watch and cancel them, and come back when nobody answers.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { createParser } from 'eventsource-parser';
import { Webhook } from 'standardwebhooks';
import { Client, hasEnded } from '../api/support/client.mjs';
import { boxMask, freshSeed, uploadPair } from '../api/support/journey.mjs';
import { plain } from '../api/support/pictures.mjs';
import { Receiver } from '../api/support/receiver.mjs';
import { register } from '../api/support/users.mjs';
import { sleep } from './random.mjs';

const GIVE_UP_MS = 45_000;
/** Words that the emulator is told to refuse, to break on, or to answer with what is no picture. */
export const BAD_PROMPTS = { moderated: 'please moderate this', broken: 'please fail here' };

export function faultsFor() {
  return [
    { match: { prompt: BAD_PROMPTS.moderated }, times: -1, fault: 'moderate_output' },
    { match: { prompt: BAD_PROMPTS.broken }, times: -1, fault: 'error' },
  ];
}

/** True for what may be asked again: nobody answered, or "not now". */
const isPassing = (answer) => answer.status >= 500 || answer.status === 429 || answer.body?.code === 'idempotency_in_progress';

/** One account, whose requests go to any of the servers. */
export class Customer {
  constructor(cluster, random, client) {
    Object.assign(this, { cluster, random, token: client.token, user: client.user, password: client.password, jobs: new Map(), unsure: 0 });
  }

  static async join(cluster, random) {
    const customer = new Customer(cluster, random, await register(cluster.asServe()));
    customer.pair = await uploadPair(customer.anywhere());
    customer.mask = (await boxMask(480, 640)).toString('base64');
    customer.receiver = await Receiver.start();
    const events = ['job.succeeded', 'job.failed', 'job.canceled'];
    const hook = await customer.anywhere().post('/webhooks', { url: `${customer.receiver.url}/in`, events });
    assert.equal(hook.status, 201, hook.bytes.toString());
    customer.hook = new Webhook(hook.body.secret);
    Object.assign(customer, { told: new Map(), forged: [] });
    customer.receiver.answer = (_request, response) => customer.hear(customer.receiver.requests.at(-1), response);
    return customer;
  }

  /** Checked as it comes: a signature is good for five minutes, a storm lasts longer. */
  hear({ body, headers }, response) {
    try {
      const event = this.hook.verify(body, headers);
      this.told.set(event.data.id, event.type);
    } catch (error) {
      this.forged.push(error.message);
    }
    response.writeHead(204).end();
  }

  anywhere() {
    return new Client(this.random.pick(this.cluster.serves).url, this);
  }

  /** Asks until there is an answer that says something; empty when there is none for long. */
  async ask(request) {
    for (const deadline = Date.now() + GIVE_UP_MS; Date.now() < deadline; await sleep(300)) {
      const answer = await request(this.anywhere()).catch((error) => {
        if (error instanceof assert.AssertionError) throw error;
      });
      if (answer && !isPassing(answer)) return answer;
    }
    return undefined;
  }

  draft() {
    const { random, pair, mask } = this;
    const numSamples = random.whole(1, 3);
    const body = { seed: freshSeed(), numSamples };
    const kind = random.next();
    if (kind < 0.2) return ['/tryon', { ...body, modelId: pair.model.id, garmentId: pair.garment.id, mask }];
    if (kind < 0.3) return ['/tryon', { ...body, modelId: pair.model.id, garmentId: pair.garment.id, engine: 'vto', scene: 'a beach' }];
    const prompt = kind < 0.37 ? BAD_PROMPTS.moderated : kind < 0.42 ? BAD_PROMPTS.broken : 'somebody in stormy weather';
    return ['/models/generate', { ...body, prompt, width: 256, height: 256 }];
  }

  async submit() {
    const [path, body] = this.draft();
    const key = crypto.randomUUID();
    const answer = await this.ask((client) => client.post(path, body, { 'idempotency-key': key }));
    if (!answer) return void ++this.unsure;
    assert.ok([200, 202].includes(answer.status), answer.bytes.toString()); // 200: repeated after the job's end
    const { id } = answer.body;
    assert.ok(!this.jobs.has(id), `two requests got the job ${id}`);
    this.jobs.set(id, { seed: body.seed, samples: body.numSamples });
    if (path === '/tryon' && this.random.chance(0.3)) await this.cancel(id);
    else if (this.random.chance(0.15)) this.jobs.get(id).watched = this.watch(id);
  }

  async cancel(id) {
    await sleep(this.random.between(0, 1500));
    const answer = await this.ask((client) => client.delete(`/tryon/${id}`));
    if (answer) assert.ok([200, 409].includes(answer.status), answer.bytes.toString());
  }

  /** Something that is no picture, or is too small: refused, whatever happens around it. */
  async uploadNonsense() {
    const image = this.random.chance(0.5) ? Buffer.from('this is no picture, whatever it is called') : await plain(20, 20);
    const answer = await this.ask((client) => client.postForm('/models/upload', { image }));
    if (answer) assert.ok([415, 422].includes(answer.status), answer.bytes.toString());
  }

  /** The numbers of all events, over as many connections as it takes; each once and in order. */
  async watch(id) {
    let last = 0;
    for (;;) {
      const event = await this.nextEnd(id, () => last, (seq) => (last = seq)).catch((error) => {
        if (error instanceof assert.AssertionError) throw error;
      });
      if (event) return event;
      await sleep(300);
    }
  }

  async nextEnd(id, last, note) {
    const { url } = this.random.pick(this.cluster.serves);
    const headers = { authorization: `Bearer ${this.token}`, ...(last() && { 'last-event-id': String(last()) }) };
    const response = await fetch(`${url}/jobs/${id}/events`, { headers, signal: AbortSignal.timeout(30_000) });
    if (response.status !== 200) return undefined;
    let end;
    const parser = createParser({
      onEvent: ({ id: seq, event, data }) => {
        assert.ok(Number(seq) > last() || event !== 'status', `${id}: event ${seq} after ${last()}`);
        note(Number(seq));
        if (event === 'end') end = JSON.parse(data);
      },
    });
    const decoder = new TextDecoder();
    for await (const chunk of response.body) parser.feed(decoder.decode(chunk, { stream: true }));
    return end;
  }

  /** Waits for the ends of all jobs there are, also of those whose acceptance was not heard of. */
  async finished(within) {
    const deadline = Date.now() + within;
    for (;;) {
      const jobs = await this.listed();
      const open = jobs.filter((job) => !hasEnded(job));
      if (open.length === 0) return jobs;
      assert.ok(Date.now() < deadline, `${open.length} jobs have not ended: ${JSON.stringify(open[0])}`);
      await sleep(500);
    }
  }

  async listed() {
    const jobs = [];
    let cursor = '';
    do {
      const answer = await this.ask((client) => client.get(`/jobs?limit=100${cursor && `&cursor=${cursor}`}`));
      assert.equal(answer?.status, 200);
      jobs.push(...answer.body.items);
      cursor = answer.body.nextCursor;
    } while (cursor);
    return jobs;
  }
}

/** Keeps `customers` busy until `jobs` were asked for, each waiting a little between two. */
export async function keepBusy(customers, jobs, random, pauseMs) {
  let left = jobs;
  const work = async (customer) => {
    while (left > 0) {
      left -= 1;
      await customer.submit();
      if (random.chance(0.08)) await customer.uploadNonsense();
      await sleep(random.between(0.5, 1.5) * pauseMs * customers.length);
    }
  };
  await Promise.all(customers.map(work));
}
