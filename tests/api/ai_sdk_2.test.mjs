// Version 2 of @ai-sdk/black-forest-labs, unchanged, over the emulator: every image model that it lists, edits with
// pictures and masks, and the errors that its own test-suite expects. (Version 1, which runs on older Node, and which
// cannot address Fill, is in emulator.test.mjs.)
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { createBlackForestLabs } from '@ai-sdk/black-forest-labs-2';
import sharp from 'sharp';
import { boxMask } from './support/journey.mjs';
import * as pictures from './support/pictures.mjs';
import { startEmulator } from './support/servers.mjs';

const KEY = 'bfl_key_of_the_sdk_tests';
const SUBMIT = '/v1/flux-pro-1.1';
const POLL = '/v1/get_result';
let emulator;

before(async () => {
  emulator = await startEmulator({ latencyMs: 20, strict: false });
});
afterEach(() => emulator.clearFaults());
after(() => emulator?.stop());

/** The models that the package names, from its own type declarations. */
function listedModels() {
  const folder = path.dirname(createRequire(import.meta.url).resolve('@ai-sdk/black-forest-labs-2'));
  const types = fs.readFileSync(path.join(folder, 'index.d.ts'), 'utf8');
  const [, union] = types.match(/type BlackForestLabsImageModelId =([^;]*);/);
  return [...union.matchAll(/'([^']+)'/g)].map(([, id]) => id);
}

const model = (id, more) =>
  createBlackForestLabs({ baseURL: `${emulator.url}/v1`, apiKey: KEY, pollIntervalMillis: 20, pollTimeoutMillis: 5_000, ...more }).image(id);

const generate = (id, { options = {}, provider, ...call } = {}) =>
  model(id, provider).doGenerate({
    prompt: 'a woman in a red t-shirt, studio', n: 1, size: undefined, aspectRatio: undefined, seed: undefined,
    files: undefined, mask: undefined, providerOptions: { blackForestLabs: options }, ...call,
  });

const file = (data) => ({ type: 'file', mediaType: 'image/png', data: new Uint8Array(data) });

/** Mean difference of two pictures within a box, 0…255 by channel. */
async function difference(a, b, box) {
  const raw = (bytes) => sharp(bytes).removeAlpha().extract(box).raw().toBuffer();
  const [left, right] = await Promise.all([raw(a), raw(b)]);
  return left.reduce((sum, value, i) => sum + Math.abs(value - right[i]), 0) / left.length;
}

test('the package lists the models that are tested here', () => {
  assert.deepEqual(listedModels().sort(),
    ['flux-kontext-max', 'flux-kontext-pro', 'flux-pro-1.0-fill', 'flux-pro-1.1', 'flux-pro-1.1-ultra']);
});

test('generates with every model that it lists', async () => {
  const photo = await pictures.person({ width: 320, height: 400, format: 'png' });
  for (const id of listedModels()) {
    const files = id === 'flux-pro-1.0-fill' ? [file(photo)] : undefined;
    const { images, providerMetadata } = await generate(id, { seed: 11, files });
    const { width, height } = await sharp(images[0]).metadata();
    assert.ok(width >= 256 && height >= 256, id);
    const [{ seed, cost }] = providerMetadata.blackForestLabs.images;
    assert.equal(seed, 11, id);
    assert.ok(cost > 0, id);
  }
});

test('Fill repaints what the mask shows and keeps the rest', async () => {
  const [width, height] = [320, 400];
  const photo = await pictures.person({ width, height, format: 'png' });
  const mask = await boxMask(width, height);
  const { images: [made] } = await generate('flux-pro-1.0-fill', {
    prompt: 'a bright green coat', files: [file(photo)], mask: file(mask), options: { outputFormat: 'png' },
  });
  assert.deepEqual(((m) => [m.width, m.height])(await sharp(made).metadata()), [width, height]);
  assert.ok(await difference(photo, made, { left: 0, top: 0, width, height: 80 }) < 3, 'outside the mask');
  assert.ok(await difference(photo, made, { left: 100, top: 130, width: 120, height: 140 }) > 10, 'inside the mask');
});

test('Kontext edits one picture, and takes several', async () => {
  const photo = await pictures.person({ width: 512, height: 640, format: 'png' });
  const other = await pictures.garment({ format: 'png' });
  const { images: [edited] } = await generate('flux-kontext-pro', { prompt: 'keep everything', files: [file(photo)] });
  const { width, height } = await sharp(edited).metadata();
  const before = await sharp(photo).resize(width, height).png().toBuffer();
  assert.ok(await difference(before, edited, { left: 0, top: 0, width, height }) < 4);
  await generate('flux-kontext-max', { files: [file(photo), file(other)] });
  const [{ body }] = await emulator.requests(1);
  assert.ok(body.input_image.sha256 && body.input_image_2.sha256);
  assert.notEqual(body.input_image.sha256, body.input_image_2.sha256);
});

test('a picture may be a link', async () => {
  const photo = await generate(SUBMIT.slice('/v1/'.length), { seed: 3, options: { width: 256, height: 256 } });
  assert.equal(photo.images.length, 1);
  const { sample } = await lastResult();
  const { images } = await generate('flux-kontext-pro', { files: [{ type: 'url', url: sample }] });
  assert.equal(images.length, 1);
});

async function lastResult() {
  const [{ taskId }] = await emulator.requests(1);
  return (await (await fetch(`${emulator.url}${POLL}?id=${taskId}`)).json()).result;
}

describe('errors are what its own tests expect', () => {
  const refusing = (body, status = 400) =>
    emulator.addFaults({ match: { endpoint: SUBMIT }, fault: 'status', status, body: JSON.stringify(body) });
  const polling = (body) =>
    emulator.addFaults({ match: { endpoint: POLL }, fault: 'status', status: 200, body: JSON.stringify(body) });

  test('the detail of a refusal is its message, with status and address', async () => {
    await refusing({ message: 'Top-level message', detail: { error: 'Invalid prompt' } });
    await assert.rejects(generate('flux-pro-1.1'),
      { message: '{"error":"Invalid prompt"}', statusCode: 400, url: `${emulator.url}${SUBMIT}` });
  });

  test('without a detail the message is', async () => {
    await refusing({ message: 'Top-level message' });
    await assert.rejects(generate('flux-pro-1.1'), { message: 'Top-level message', statusCode: 400 });
  });

  test('a validation error of the provider', () =>
    assert.rejects(generate('flux-pro-1.1', { options: { width: 257 } }), (error) => {
      assert.equal(error.statusCode, 422);
      assert.deepEqual(JSON.parse(error.message).map(({ type, loc }) => [type, loc]), [['multiple_of', ['body', 'width']]]);
      return true;
    }));

  test('a key of the wrong form', () =>
    assert.rejects(generate('flux-pro-1.1', { provider: { apiKey: 'nonsense' } }), { statusCode: 422, message: 'Invalid API key format' }));

  test('an empty account', async () => {
    const { credits } = await emulator.change({});
    await emulator.change({ credits: 1 });
    await assert.rejects(generate('flux-pro-1.1'), { statusCode: 402, isRetryable: false });
    await emulator.change({ credits });
  });

  test('too many tasks may be tried again', async () => {
    await refusing({ detail: 'Too many active tasks' }, 429);
    await assert.rejects(generate('flux-pro-1.1'), { statusCode: 429, isRetryable: true });
  });

  test('ready without a picture', async () => {
    await polling({ status: 'Ready', result: null });
    await assert.rejects(generate('flux-pro-1.1'), /poll response is Ready but missing result\.sample/);
  });

  test('a task that fails', async () => {
    await emulator.addFaults({ match: { endpoint: SUBMIT }, fault: 'error' });
    await assert.rejects(generate('flux-pro-1.1'), /Black Forest Labs generation failed/);
  });

  test('a link that has expired', async () => {
    await emulator.addFaults({ match: { endpoint: POLL }, fault: 'expire_delivery' });
    await assert.rejects(generate('flux-pro-1.1'), { statusCode: 403 });
  });
});
