// Every engine of /models/generate and /tryon, from request to picture, with what reached the provider.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { freshSeed, submitModel, submitTryOn, uploadPair } from './support/journey.mjs';
import { assertBooksBalance } from './support/ledger.mjs';
import * as pictures from './support/pictures.mjs';
import { tempFolder } from './support/processes.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

let emulator, serve, client, pair, prices;

before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator });
  client = await register(serve);
  pair = await uploadPair(client, { image: await pictures.person({ format: 'png' }) });
  prices = (await client.read('/credits/pricing')).items;
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

async function sentFor(seed) {
  return (await emulator.requests()).find((request) => request.body.seed === seed);
}

const priceOf = (action, engine) => prices.find((row) => row.action === action && row.engine === engine).creditsPerSample;

const finetuned = (engine) => (engine.endsWith('-finetuned') ? { finetuneId: 'house-style', finetuneStrength: 0.8 } : {});

test('every engine for models makes one', async () => {
  const engines = prices.filter((row) => row.action === 'model_gen').map((row) => row.engine);
  assert.ok(engines.length >= 10);
  for (const engine of engines) {
    const seed = freshSeed();
    const body = { prompt: 'a woman in a green coat', engine, aspectRatio: '3:4', seed, ...finetuned(engine) };
    const job = await succeeded(client.expect(202, await client.post('/models/generate', body)).body);
    assert.equal(job.creditsUsed, priceOf('model_gen', engine), engine);
    const { path: endpoint, body: sent } = await sentFor(seed);
    assert.equal(endpoint, `/v1/${engine}`);
    assert.equal(sent.finetune_id, finetuned(engine).finetuneId);
    const model = await client.read(`/models/${job.resultModelId}`);
    assert.ok(Math.abs(model.width / model.height - 3 / 4) < 0.03, `${engine}: ${model.width}×${model.height}`);
  }
});

test('attributes say how a person looks, the domain what they leave open', async () => {
  const ask = async (attributes) => {
    const seed = freshSeed();
    await succeeded(await submitModel(client, { prompt: 'in a linen suit', seed, attributes }));
    return (await sentFor(seed)).body.prompt;
  };
  assert.match(await ask({ gender: 'man', ageBand: 'forties', skin: 'dark', hair: 'curly', framing: 'half_body' }),
    /in a linen suit, man in his forties, dark skin, curly hair\. Standing, facing.*Half-length/);
  assert.match(await ask(undefined), /in a linen suit\. Standing, facing.*Full-length/);
  const { body } = client.expect(422, await client.post('/models/generate',
    { prompt: 'x', attributes: { ageBand: 'teens' } }), 'validation_failed');
  assert.equal(body.errors[0].pointer, '/attributes/ageBand');
});

test('ultra takes raw and a picture that guides it', async () => {
  const seed = freshSeed();
  const imagePrompt = (await pictures.garment()).toString('base64');
  const wish = { engine: 'flux-pro-1.1-ultra', raw: true, imagePrompt, imagePromptStrength: 0.3, seed };
  await succeeded(client.expect(202, await client.post('/models/generate', { prompt: 'a man', ...wish })).body);
  const { body } = await sentFor(seed);
  assert.deepEqual([body.raw, body.image_prompt_strength, body.aspect_ratio], [true, 0.3, '2:3']);
  assert.ok(body.image_prompt.sha256);
});

test('every engine for try-ons brings the person back in the size of the photo', async () => {
  const engines = prices.filter((row) => row.action === 'tryon').map((row) => row.engine);
  assert.ok(engines.length >= 10);
  for (const engine of engines) {
    const seed = freshSeed();
    const job = await succeeded(await submitTryOn(client, pair, { engine, seed, ...finetuned(engine) }));
    assert.equal(job.creditsUsed, priceOf('tryon', engine), engine);
    assert.deepEqual([job.samples[0].width, job.samples[0].height], [480, 640], engine);
    assert.equal((await emulator.submitsBySeed()).get(seed), 1);
  }
});

test('several garments go on one board for vto, as references for flux-2-pro', async () => {
  const ids = [];
  for (const category of ['upper_body', 'lower_body', 'footwear'])
    ids.push(client.expect(201, await client.postForm('/garments/upload',
      { image: await pictures.garment(), category, description: `${category} of wool` })).body.id);
  for (const [engine, fields] of [['vto', ['person', 'garment']], ['vto-v1', ['person', 'garment']],
    ['flux-2-pro', ['input_image', 'input_image_2', 'input_image_3', 'input_image_4']]]) {
    const seed = freshSeed();
    const body = { modelId: pair.model.id, garmentIds: ids, engine, seed };
    await succeeded(client.expect(202, await client.post('/tryon', body)).body);
    const { body: sent } = await sentFor(seed);
    const images = Object.keys(sent).filter((name) => sent[name]?.sha256).sort();
    assert.deepEqual(images, fields.sort(), engine);
    for (const word of ['upper_body of wool', 'lower_body of wool', 'footwear of wool']) assert.ok(sent.prompt.includes(word), sent.prompt);
  }
  const refused = client.expect(422, await client.post('/tryon', { modelId: pair.model.id, garmentIds: ids, engine: 'fill' }));
  assert.equal(refused.body.errors[0].pointer, '/garmentIds');
});

test('preserve keeps every pixel outside the garment\'s region', async () => {
  const job = await succeeded(await submitTryOn(client, pair, { engine: 'vto', preserve: true, outputFormat: 'png' }));
  const mask = await client.picture(job.maskUrl);
  const outside = await pictures.countChanged(pair.upload, await client.picture(job.resultUrl), mask, { inside: false });
  assert.equal(outside.changed, 0);
  assert.ok(outside.looked > 50_000);
});

for (const [why, target, body, pointer] of [
  ['raw with flux-pro-1.1', '/models/generate', { prompt: 'x', raw: true }, '/raw'],
  ['pixels with ultra', '/models/generate', { prompt: 'x', engine: 'flux-pro-1.1-ultra', width: 512 }, '/width'],
  ['a size beyond one megapixel with FLUX.2', '/models/generate', { prompt: 'x', engine: 'flux-2-pro', width: 1440, height: 1440 }, '/width'],
  ['no finetuneId', '/models/generate', { prompt: 'x', engine: 'flux-pro-1.1-ultra-finetuned' }, '/finetuneId'],
  ['a ratio out of bounds', '/models/generate', { prompt: 'x', aspectRatio: '5:1' }, '/aspectRatio'],
  ['an unknown engine', '/models/generate', { prompt: 'x', engine: 'dall-e' }, '/engine'],
  ['an image prompt that is none', '/models/generate', { prompt: 'x', imagePrompt: '!' }, '/imagePrompt'],
]) {
  test(`refused: ${why}`, async () => {
    const answer = client.expect(422, await client.post(target, body), 'validation_failed');
    assert.equal(answer.body.errors[0].pointer, pointer);
  });
}

const exiftool = spawnSync('exiftool', ['-ver']).status === 0 ? false : 'needs exiftool: libimage-exiftool-perl';

test('every result says how it came to be', { skip: exiftool }, async () => {
  const made = [
    [await succeeded(await submitTryOn(client, pair, { outputFormat: 'webp' })), 'compositeWithTrainedAlgorithmicMedia'],
    [await succeeded(await submitTryOn(client, pair, { engine: 'vto', outputFormat: 'png' })), 'compositeWithTrainedAlgorithmicMedia'],
    [await succeeded(await submitModel(client)), 'trainedAlgorithmicMedia'],
  ];
  const folder = tempFolder('origin');
  for (const [job, origin] of made) {
    for (const url of [job.resultUrl, job.samples[0].thumbUrl]) {
      const file = path.join(folder, 'picture');
      fs.writeFileSync(file, await client.picture(url));
      const told = execFileSync('exiftool', ['-n', '-json', '-warning', '-XMP-iptcExt:DigitalSourceType', file]);
      const [facts] = JSON.parse(told);
      assert.match(facts.DigitalSourceType, new RegExp(`/${origin}$`), `${job.engine} ${url}`);
      assert.equal(facts.Warning, undefined);
    }
  }
});

test('the books balance after all of this', async () => {
  await assertBooksBalance(client, 1000);
});
