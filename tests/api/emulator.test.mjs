// The emulated provider through the eyes of a client that others wrote: @ai-sdk/black-forest-labs, unchanged.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { createBlackForestLabs } from '@ai-sdk/black-forest-labs';
import { generateImage } from 'ai';
import sharp from 'sharp';
import * as pictures from './support/pictures.mjs';
import { startEmulator } from './support/servers.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;
const LISTED = ['flux-kontext-pro', 'flux-kontext-max', 'flux-pro-1.1-ultra', 'flux-pro-1.1'];
const KEY = 'bfl_key_of_the_sdk_tests';
let emulator;

before(async () => {
  emulator = await startEmulator({ latencyMs: 20, strict: false });
});
afterEach(() => emulator.clearFaults());
after(() => emulator?.stop());

const provider = (more) =>
  createBlackForestLabs({ baseURL: `${emulator.url}/v1`, apiKey: KEY, pollIntervalMillis: 20, pollTimeoutMillis: 5_000, ...more });

const generate = (id, { provider: settings, ...call } = {}, providerOptions = {}) =>
  generateImage({
    model: provider(settings).image(id),
    prompt: 'a woman in a red t-shirt, studio',
    maxRetries: 0,
    providerOptions: { blackForestLabs: providerOptions },
    ...call,
  });

async function sizeOf(result) {
  const { format, width, height } = await sharp(result.image.uint8Array).metadata();
  return [format, width, height];
}

for (const id of [...LISTED, 'flux-dev', 'flux-2-pro', 'flux-2-max', 'flux-2-flex', 'flux-2-klein-4b', 'flux-2-klein-9b']) {
  test(`generates with ${id}`, async () => {
    const result = await generate(id, { seed: 11 });
    const [, width, height] = await sizeOf(result);
    assert.ok(width >= 256 && height >= 256);
    const [{ seed, cost, outputMegapixels, duration }] = result.providerMetadata.blackForestLabs.images;
    assert.equal(seed, 11);
    assert.ok(cost > 0 && outputMegapixels > 0 && duration >= 0);
  });
}

test('size, format and seed are honoured; the same seed gives the same bytes', async () => {
  const options = { width: 512, height: 384, outputFormat: 'png' };
  const first = await generate('flux-pro-1.1', { seed: 7 }, options);
  const again = await generate('flux-pro-1.1', { seed: 7 }, options);
  const other = await generate('flux-pro-1.1', { seed: 8 }, options);
  assert.deepEqual(await sizeOf(first), ['png', 512, 384]);
  assert.deepEqual(first.image.uint8Array, again.image.uint8Array);
  assert.notDeepEqual(first.image.uint8Array, other.image.uint8Array);
});

test('an aspect ratio decides the size where the model has no width', async () => {
  const [, width, height] = await sizeOf(await generate('flux-pro-1.1-ultra', { aspectRatio: '9:16' }));
  assert.ok(Math.abs(width / height - 9 / 16) < 0.02, `${width}x${height}`);
  assert.ok(width * height > 3.5e6);
});

test('an edit keeps the picture it is given', async () => {
  const person = await pictures.person({ width: 512, height: 640, format: 'png' });
  const result = await generate('flux-kontext-pro', { prompt: { text: 'keep everything', images: [person] } });
  const [, width, height] = await sizeOf(result);
  const before = await sharp(person).resize(width, height).removeAlpha().raw().toBuffer();
  const now = await sharp(result.image.uint8Array).removeAlpha().raw().toBuffer();
  let apart = 0;
  for (let i = 0; i < now.length; ++i) apart += Math.abs(now[i] - before[i]);
  assert.ok(apart / now.length < 4, `mean difference ${apart / now.length}`);
});

test('Fill, which this version of the client addresses with the wrong field, is refused as the provider would', async () => {
  const person = await pictures.person({ width: 320, height: 400, format: 'png' });
  const refused = generate('flux-pro-1.0-fill', { prompt: { text: 'x', images: [person], mask: person } });
  await assert.rejects(refused, (error) => {
    assert.equal(error.statusCode, 422);
    const [violation] = JSON.parse(error.responseBody).detail;
    assert.deepEqual([violation.type, violation.loc], ['missing', ['body', 'image']]);
    return true;
  });
});

describe('errors reach the client as its own tests expect', () => {
  test('a key of the wrong form', () =>
    assert.rejects(generate('flux-pro-1.1', { provider: { apiKey: 'nonsense' } }), { statusCode: 422, message: 'Invalid API key format' }));

  test('a value out of range', () =>
    assert.rejects(generate('flux-pro-1.1', {}, { safetyTolerance: 6, width: 1920 }), (error) => {
      assert.equal(error.statusCode, 422);
      assert.match(error.message, /multiple_of|less_than_equal/);
      return true;
    }));

  test('an unknown model', () => assert.rejects(generate('flux-from-mars'), { statusCode: 404, message: 'Not Found' }));

  test('too many tasks, to be tried again', async () => {
    await emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.1' }, fault: 'status', status: 429 });
    await assert.rejects(generate('flux-pro-1.1'), { statusCode: 429, isRetryable: true });
    await emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.1' }, fault: 'status', status: 429 });
    await generate('flux-pro-1.1', { maxRetries: 1 });
  });

  test('a task that fails', async () => {
    await emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.1' }, fault: 'error' });
    await assert.rejects(generate('flux-pro-1.1'), /generation failed/);
  });

  test('a moderated request, which this client polls until its own timeout', async () => {
    await emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.1' }, fault: 'moderate_input' });
    await assert.rejects(generate('flux-pro-1.1', { provider: { pollTimeoutMillis: 200 } }), /timed out/);
  });

  test('an answer that is cut off', async () => {
    await emulator.addFaults({ match: { endpoint: '/v1/get_result' }, fault: 'truncate' });
    await assert.rejects(generate('flux-pro-1.1'));
  });
});

test('the emulator counts what the client did', async () => {
  const before = await emulator.stats();
  await generate('flux-dev', {}, { width: 256, height: 256 });
  const now = await emulator.stats();
  assert.equal(now.submitted - before.submitted, 1);
  assert.equal(now.byEndpoint['/v1/flux-dev'] - (before.byEndpoint['/v1/flux-dev'] ?? 0), 1);
  assert.equal(now.downloads - before.downloads, 1);
  assert.ok(now.polls > before.polls);
});

test('credits are spent and shown', async () => {
  const credits = async () =>
    (await (await fetch(`${emulator.url}/v1/credits`, { headers: { 'x-key': KEY } })).json()).credits;
  const before = await credits();
  await generate('flux-pro-1.1', {}, { width: 256, height: 256 });
  assert.equal(await credits(), before - 4);
});
