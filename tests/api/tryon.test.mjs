import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { boxMask, freshSeed, submitModel, submitTryOn, uploadPair } from './support/journey.mjs';
import { assertBooksBalance } from './support/ledger.mjs';
import * as pictures from './support/pictures.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

let emulator, serve, client, pair;

before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator });
  client = await register(serve);
  pair = await uploadPair(client, { image: await pictures.person({ format: 'png' }) });
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

async function succeeded(job) {
  const done = await client.finished(job.id);
  assert.equal(done.status, 'succeeded', JSON.stringify(done.error));
  return done;
}

test('a try-on is accepted at once and described by its job', async () => {
  const body = { modelId: pair.model.id, garmentId: pair.garment.id, seed: freshSeed() };
  const answer = client.expect(202, await client.post('/tryon', body, { 'x-request-id': 'shop-order-4711' }));
  const job = answer.body;
  assert.equal(new URL(answer.headers.get('location'), serve.url).pathname, `/tryon/${job.id}`);
  assert.equal(answer.headers.get('x-request-id'), 'shop-order-4711');
  assert.equal(job.requestId, 'shop-order-4711');
  assert.equal(job.jobId, job.id);
  assert.deepEqual([job.kind, job.status, job.engine, job.domain, job.category],
    ['tryon', 'queued', 'fill', 'clothing', 'upper_body']);
  assert.equal(new URL(job.links.self).pathname, `/tryon/${job.id}`);
  assert.equal(new URL(job.links.events).pathname, `/tryon/${job.id}/events`);
  await succeeded(job);
});

test('the person wears the garment and nothing else changes', async () => {
  const job = await succeeded(await submitTryOn(client, pair, { outputFormat: 'png', seed: freshSeed() }));
  const result = await client.picture(job.resultUrl);
  const mask = await client.picture(job.maskUrl);
  const kept = await sharp(mask).extractChannel(0).threshold(128).png().toBuffer();
  const outside = await pictures.countChanged(pair.upload, result, kept, { inside: false });
  assert.equal(outside.changed, 0, 'every pixel outside the mask is the uploaded one');
  assert.ok(outside.looked > 50_000, `${outside.looked} pixels lie outside the mask`);
  const inside = await pictures.countChanged(pair.upload, result, kept, { inside: true, tolerance: 30 });
  assert.ok(inside.changed > inside.looked / 4, `${inside.changed} of ${inside.looked} pixels inside the mask changed`);
  const { width, height, format } = await sharp(result).metadata();
  assert.deepEqual([width, height, format], [480, 640, 'png']);
});

test('the colour of the garment arrives on the person', async () => {
  const blue = await pictures.garment({ colour: '#1030d0' });
  const garment = client.expect(201, await client.postForm('/garments/upload', { image: blue, category: 'upper_body' })).body;
  const job = await succeeded(await submitTryOn(client, { model: pair.model, garment }, { outputFormat: 'png' }));
  const { data, channels } = await pictures.pixelsOf(await client.picture(job.resultUrl));
  let bluish = 0;
  for (let i = 0; i < data.length; i += channels) bluish += data[i + 2] > data[i] + 80 && data[i + 2] > data[i + 1] + 80;
  assert.ok(bluish > 2000, `${bluish} blue pixels`);
});

for (const format of ['jpeg', 'png', 'webp']) {
  test(`the result comes as ${format} when asked for`, async () => {
    const job = await succeeded(await submitTryOn(client, pair, { outputFormat: format }));
    const bytes = await client.picture(job.resultUrl);
    assert.equal((await sharp(bytes).metadata()).format, format);
    assert.deepEqual([job.samples[0].width, job.samples[0].height], [480, 640]);
    assert.ok((await client.picture(job.samples[0].thumbUrl)).length < bytes.length * 2);
  });
}

test('several samples are several pictures, with seeds counted up from the one given', async () => {
  const seed = freshSeed();
  const accepted = await submitTryOn(client, pair, { numSamples: 3, seed, outputFormat: 'png' });
  assert.equal(accepted.creditsHeld, 15);
  const job = await succeeded(accepted);
  assert.deepEqual(job.samples.map((sample) => sample.index), [0, 1, 2]);
  assert.deepEqual(job.samples.map((sample) => sample.seed), [seed, seed + 1, seed + 2]);
  assert.equal(job.creditsUsed, 15);
  const submits = await emulator.submitsBySeed();
  for (const sample of job.samples) assert.equal(submits.get(sample.seed), 1);
});

test('the same seed gives the same picture', async () => {
  const seed = freshSeed();
  const results = [];
  for (let i = 0; i < 2; ++i) {
    const job = await succeeded(await submitTryOn(client, pair, { seed, outputFormat: 'png' }));
    results.push(await client.picture(job.resultUrl));
  }
  assert.ok(results[0].equals(results[1]));
});

test('a mask of one\'s own decides what is repainted', async () => {
  const mask = await boxMask(480, 640);
  for (const text of [mask.toString('base64'), `data:image/png;base64,${mask.toString('base64')}`]) {
    const job = await succeeded(await submitTryOn(client, pair, { mask: text, outputFormat: 'png' }));
    const result = await client.picture(job.resultUrl);
    const outside = await pictures.countChanged(pair.upload, result, mask, { inside: false });
    assert.equal(outside.changed, 0);
    const inside = await pictures.countChanged(pair.upload, result, mask, { inside: true, tolerance: 20 });
    assert.ok(inside.changed > 1000);
  }
});

test('masks that cannot be used are refused before anything is held', async () => {
  const before = await client.read('/credits/balance');
  const grey = (background, width = 480, height = 640) =>
    sharp({ create: { width, height, channels: 3, background } }).png().toBuffer();
  const masks = [await grey('#000'), await grey('#fff'), await boxMask(640, 480), Buffer.from('no picture'), await pictures.bombPng(50_000, 50_000)];
  for (const mask of masks) {
    const body = { modelId: pair.model.id, garmentId: pair.garment.id, mask: mask.toString('base64') };
    client.expect(422, await client.post('/tryon', body));
  }
  client.expect(422, await client.post('/tryon', { modelId: pair.model.id, garmentId: pair.garment.id, mask: '!!!!' }), 'mask_invalid');
  assert.deepEqual(await client.read('/credits/balance'), before);
});

test('what the client chose reaches the provider', async () => {
  const seed = freshSeed();
  const wish = { prompt: 'worn open over a shirt', guidance: 42.5, steps: 20, safetyTolerance: 3, promptUpsampling: true };
  await succeeded(await submitTryOn(client, pair, { ...wish, seed }));
  const { path, body } = (await emulator.requests()).find((request) => request.body.seed === seed);
  assert.equal(path, '/v1/flux-pro-1.0-fill');
  assert.ok(body.prompt.includes(wish.prompt));
  assert.deepEqual([body.guidance, body.steps, body.safety_tolerance, body.prompt_upsampling], [42.5, 20, 3, true]);
  assert.equal(body.image.width / body.mask.width, 1, 'canvas and mask have one size');
});

test('a garment of the list garmentIds is as good as garmentId', async () => {
  const body = { modelId: pair.model.id, garmentIds: [pair.garment.id] };
  const accepted = client.expect(202, await client.post('/tryon', body)).body;
  assert.equal((await succeeded(accepted)).garmentIds?.[0] ?? accepted.garmentId, pair.garment.id);
});

test('a person is generated from text and wears a garment at once', async () => {
  const seed = freshSeed();
  const accepted = await submitModel(client, { seed, width: 512, height: 768, name: 'Grace', numSamples: 2 });
  assert.deepEqual([accepted.kind, accepted.engine, accepted.creditsHeld], ['model', 'flux-pro-1.1', 8]);
  const job = await succeeded(accepted);
  const model = await client.read(`/models/${job.resultModelId}`);
  assert.deepEqual([model.type, model.jobId, model.name, model.width, model.height], ['generated', job.id, 'Grace', 512, 768]);
  assert.equal(job.samples[0].modelId, model.id);
  assert.notEqual(job.samples[1].modelId, model.id);
  const worn = await succeeded(await submitTryOn(client, { model, garment: pair.garment }));
  assert.deepEqual([worn.samples[0].width, worn.samples[0].height], [512, 768]);
});

test('a picture without a person says so, costs nothing, and a mask of one\'s own helps', async () => {
  const user = await register(serve);
  const image = await pictures.plain(400, 400, 'png');
  const empty = await uploadPair(user, { image });
  const job = await user.finished((await submitTryOn(user, empty)).id);
  if (job.status === 'failed') assert.equal(job.error.code, 'no_person_found');
  const mask = (await boxMask(400, 400)).toString('base64');
  const helped = await user.finished((await submitTryOn(user, empty, { mask })).id);
  assert.equal(helped.status, 'succeeded', JSON.stringify(helped.error));
  await assertBooksBalance(user, 1000);
});

test('the list of try-ons is filtered by status and domain, and holds no other kinds', async () => {
  const user = await register(serve);
  const own = await uploadPair(user);
  const job = await user.finished((await submitTryOn(user, own)).id);
  const generated = await user.finished((await submitModel(user)).id);
  const ids = async (target) => (await user.read(target)).items.map((item) => item.id);
  assert.deepEqual(await ids('/tryon'), [job.id]);
  assert.deepEqual(await ids('/tryon?status=succeeded&domain=clothing'), [job.id]);
  assert.deepEqual(await ids('/tryon?status=failed'), []);
  assert.deepEqual(await ids('/tryon?domain=interior_design'), []);
  assert.deepEqual(await ids('/jobs'), [generated.id, job.id]);
  assert.deepEqual(await ids('/jobs?kind=model'), [generated.id]);
  user.expect(404, await user.get(`/tryon/${generated.id}`), 'not_found');
});

test('the books balance after all of this', async () => {
  await assertBooksBalance(client, 1000);
});
