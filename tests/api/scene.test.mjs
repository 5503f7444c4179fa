// POST /scene/change, /scene/{id}, and try-ons whose second step changes the scene.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { boxMask, freshSeed, submitTryOn, uploadPair } from './support/journey.mjs';
import { assertBooksBalance } from './support/ledger.mjs';
import * as pictures from './support/pictures.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { createFromShell, register } from './support/users.mjs';

let emulator, serve, client, pair;

before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator, env: { ALLOW_LOOPBACK_URLS: 'on' } });
  client = await register(serve);
  pair = await uploadPair(client, { image: await pictures.person({ format: 'png' }) });
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

async function submit(body, status = 202) {
  return client.expect(status, await client.post('/scene/change', body)).body;
}

async function succeeded(job) {
  const done = await client.finished(job.id);
  assert.equal(done.status, 'succeeded', JSON.stringify(done.error));
  return done;
}

const sentFor = async (seed) => (await emulator.requests()).filter((request) => request.body.seed === seed);

test('the place behind a person changes and the person stays to the last bit', async () => {
  const answer = client.expect(202, await client.post('/scene/change',
    { modelId: pair.model.id, prompt: 'a sunny beach with palm trees', outputFormat: 'png' }));
  const accepted = answer.body;
  assert.equal(new URL(answer.headers.get('location'), serve.url).pathname, `/scene/${accepted.id}`);
  assert.deepEqual([accepted.kind, accepted.operation, accepted.engine, accepted.creditsHeld], ['scene', 'replace', 'fill', 5]);
  const job = await succeeded(accepted);
  const result = await client.picture(job.resultUrl);
  const mask = await client.picture(job.maskUrl);
  const person = await pictures.countChanged(pair.upload, result, mask, { inside: false });
  assert.equal(person.changed, 0, 'the person was uploaded as PNG and comes back as it was');
  assert.ok(person.looked > 20_000, `${person.looked} pixels are the person's`);
  const place = await pictures.countChanged(pair.upload, result, mask, { inside: true, tolerance: 12 });
  assert.ok(place.changed > place.looked / 2, `${place.changed} of ${place.looked} pixels around the person changed`);
});

test('the scene of a try-on knows the photo that the try-on began with', async () => {
  const worn = await client.finished((await submitTryOn(client, pair)).id);
  const job = await succeeded(await submit({ jobId: worn.id, prompt: 'a quiet street' }));
  const [before, after] = await Promise.all([worn, job].map(async ({ id }) => (await client.read(`/jobs/${id}/record`)).step.inputs));
  assert.equal(after.original, before.person);
  assert.notEqual(after.person, before.person);
});

test('the ledger calls it a scene', async () => {
  const lines = (await client.read('/credits/history?limit=5')).items;
  assert.ok(lines.some((line) => line.action === 'scene' && line.kind === 'settle' && line.creditsUsed === 5));
});

test('one is found, streamed and canceled under /scene only', async () => {
  await emulator.change({ latencyMs: 20_000 });
  try {
    const job = await submit({ modelId: pair.model.id, prompt: 'a forest' });
    assert.equal((await client.read(`/scene/${job.id}`)).id, job.id);
    assert.deepEqual((await client.read('/jobs?kind=scene')).items.filter((item) => item.id === job.id).length, 1);
    client.expect(404, await client.get(`/tryon/${job.id}`), 'not_found');
    const other = await register(serve);
    other.expect(404, await other.get(`/scene/${job.id}`), 'not_found');
    other.expect(404, await other.delete(`/scene/${job.id}`), 'not_found');
    client.expect(404, await client.delete(`/tryon/${job.id}`), 'not_found');
    const canceled = client.expect(200, await client.delete(`/scene/${job.id}`)).body;
    assert.equal(canceled.status, 'canceled');
    client.expect(409, await client.delete(`/scene/${job.id}`), 'not_cancelable');
    const events = await client.events(`/scene/${job.id}/events`);
    assert.equal(events.at(-1).event, 'end');
    assert.equal(events.at(-1).job.status, 'canceled');
  } finally {
    await emulator.change({ latencyMs: 30 });
  }
});

test('the result of a job is a source, and so is a picture of one\'s own', async () => {
  const worn = await succeeded(await submitTryOn(client, pair));
  const job = await succeeded(await submit({ jobId: worn.id, prompt: 'a street in Paris', operation: 'edit' }));
  assert.deepEqual([job.operation, job.engine, job.creditsUsed], ['edit', 'kontext-pro', 4]);
  assert.deepEqual([job.samples[0].width, job.samples[0].height], [480, 640]);
  const room = await pictures.plain(640, 480, 'jpeg');
  const edited = await succeeded(await submit({ imageBase64: room.toString('base64'), prompt: 'in green', domain: 'interior_design' }));
  assert.deepEqual([edited.operation, edited.samples[0].width, edited.samples[0].height], ['edit', 640, 480]);
});

for (const engine of ['flux-2-pro', 'flux-2-max', 'flux-2-flex', 'flux-2-klein-4b', 'flux-2-klein-9b', 'kontext-max']) {
  test(`${engine} edits a scene`, async () => {
    const seed = freshSeed();
    const job = await succeeded(await submit({ modelId: pair.model.id, prompt: 'snowy mountains', engine, seed }));
    assert.equal(job.operation, 'edit');
    assert.deepEqual([job.samples[0].width, job.samples[0].height], [480, 640]);
    const [{ path, body }] = await sentFor(seed);
    assert.equal(path, `/v1/${engine.replace('kontext', 'flux-kontext')}`);
    assert.ok(body.input_image.sha256 && body.prompt.includes('snowy mountains'));
  });
}

test('an engine that looks at several pictures is shown the preset\'s, others are told its words', async () => {
  const admin = await createFromShell(serve, { role: 'admin' });
  const place = await pictures.plain(800, 600, 'jpeg');
  const preset = admin.expect(201, await admin.post('/scenes',
    { name: `Loft ${freshSeed()}`, domain: 'clothing', prompt: 'a bright loft', imageBase64: place.toString('base64') })).body;
  const seed = freshSeed();
  const ask = { modelId: pair.model.id, sceneId: preset.id, seed };
  const seen = await succeeded(await submit({ ...ask, engine: 'flux-2-pro', control: { type: 'canny', strength: 0.9 } }));
  const [{ body }] = await sentFor(seed);
  assert.match(body.prompt, /a bright loft.* The place is the one of image 2\. Follow the outlines drawn in image 3 exactly/);
  assert.deepEqual([body.input_image_2.width, body.input_image_2.height], [800, 608]);
  assert.deepEqual([body.input_image_3.width, body.input_image_3.height], [480, 640]);
  assert.deepEqual(seen.warnings ?? [], []);
  const record = await client.read(`/jobs/${seen.id}/record`);
  assert.match(record.step.inputs.scene, /^[0-9a-f]{64}$/);
  const told = await succeeded(await submit(ask));
  assert.equal(told.engine, 'fill');
  assert.ok(told.warnings.some((line) => line.includes('preset')), JSON.stringify(told.warnings));
  // The second step of a try-on is the same engine, and says so only then.
  const worn = await succeeded(await submitTryOn(client, pair, { scene: preset.id }));
  assert.deepEqual(worn.warnings.filter((line) => line.includes('preset')).length, 1);
  // A preset that is gone meanwhile takes nothing from who used it.
  admin.expect(204, await admin.delete(`/scenes/${preset.id}`));
  const again = client.expect(202, await client.post(`/jobs/${seen.id}/rerun`, {})).body;
  assert.equal((await client.finished(again.id)).status, 'succeeded');
});

test('control sends the edges of the source along', async () => {
  const seed = freshSeed();
  const job = await succeeded(await submit({ modelId: pair.model.id, prompt: 'a garden', control: { type: 'canny', strength: 0.9 }, seed }));
  assert.deepEqual([job.operation, job.engine], ['edit', 'flux-2-pro']);
  const [{ body }] = await sentFor(seed);
  assert.deepEqual([body.input_image_2.width, body.input_image_2.height], [480, 640]);
  assert.match(body.prompt, /outlines drawn in image 2 exactly/);
});

test('a depth map or a pose of one\'s own guides an edit', async () => {
  const seed = freshSeed();
  const controlImage = (await pictures.plain(640, 640)).toString('base64');
  const ask = { modelId: pair.model.id, prompt: 'a garden', seed };
  const job = await succeeded(await submit({ ...ask, control: { type: 'pose' }, controlImage }));
  assert.deepEqual([job.operation, job.engine], ['edit', 'flux-2-pro']);
  const [{ body }] = await sentFor(seed);
  assert.deepEqual([body.input_image_2.width, body.input_image_2.height], [640, 640]);
  assert.match(body.prompt, /Image 2 is a drawn pose/);
  assert.match((await client.read(`/jobs/${job.id}/record`)).step.inputs.control, /^[0-9a-f]{64}$/);
  for (const wrong of [{ control: { type: 'depth' } }, { controlImage }, { control: { type: 'canny' }, controlImage }]) {
    const refused = client.expect(422, await client.post('/scene/change', { ...ask, ...wrong }), 'validation_failed');
    assert.equal(refused.body.errors[0].pointer, '/controlImage');
  }
  const tiny = (await pictures.plain(10, 10)).toString('base64');
  for (const [image, code, status] of [[tiny, 'image_too_small', 422], [Buffer.from('no picture at all').toString('base64'), 'unsupported_media_type', 415]]) {
    const refused = client.expect(status, await client.post('/scene/change', { ...ask, control: { type: 'pose' }, controlImage: image }), code);
    assert.equal(refused.body.errors[0].pointer, '/controlImage');
  }
});

test('a finetune of klein edits scenes and dresses people', async () => {
  const more = { engine: 'flux-2-klein-9b-finetuned', finetuneId: 'house-style', finetuneStrength: 0.7 };
  const [sceneSeed, tryonSeed] = [freshSeed(), freshSeed()];
  await succeeded(await submit({ modelId: pair.model.id, prompt: 'a garden', ...more, seed: sceneSeed }));
  await succeeded(await submitTryOn(client, pair, { ...more, seed: tryonSeed }));
  for (const seed of [sceneSeed, tryonSeed]) {
    const [{ path, body }] = await sentFor(seed);
    assert.equal(path, '/v1/flux-2-klein-9b-finetuned');
    assert.deepEqual([body.finetune_id, body.finetune_strength], ['house-style', 0.7]);
  }
});

test('a scene is made from words alone', async () => {
  const job = await succeeded(await submit({ prompt: 'a mountain lake', aspectRatio: '16:9' }));
  assert.deepEqual([job.operation, job.engine, job.creditsUsed], ['generate', 'flux-pro-1.1', 4]);
  const { width, height } = job.samples[0];
  assert.ok(Math.abs(width / height - 16 / 9) < 0.05 && width % 32 === 0 && height % 32 === 0, `${width}×${height}`);
});

test('erase changes only what the mask covers; outpaint grows; deblur keeps the size', async () => {
  const mask = await boxMask(480, 640);
  const erased = await succeeded(await submit({ modelId: pair.model.id, operation: 'erase', mask: mask.toString('base64'), outputFormat: 'png' }));
  const outside = await pictures.countChanged(pair.upload, await client.picture(erased.resultUrl), mask, { inside: false });
  assert.equal(outside.changed, 0);
  const grown = await succeeded(await submit({ modelId: pair.model.id, operation: 'outpaint', aspectRatio: '16:9' }));
  assert.ok(Math.abs(grown.samples[0].width / grown.samples[0].height - 16 / 9) < 0.05);
  const sharpened = await succeeded(await submit({ modelId: pair.model.id, operation: 'deblur' }));
  assert.deepEqual([sharpened.samples[0].width, sharpened.samples[0].height], [480, 640]);
});

test('refused: what the tool would not hear', async () => {
  const modelId = pair.model.id;
  for (const [body, pointer] of [
    [{ operation: 'outpaint', aspectRatio: '16:9', seed: 7 }, '/seed'],
    [{ operation: 'deblur', prompt: 'sharper' }, '/prompt'],
    [{ operation: 'erase', mask: (await boxMask(480, 640)).toString('base64'), prompt: 'the bag' }, '/prompt'],
  ]) {
    const answer = client.expect(422, await client.post('/scene/change', { modelId, ...body }), 'validation_failed');
    assert.equal(answer.body.errors[0].pointer, pointer);
  }
  const grown = await succeeded(await submit({ modelId, operation: 'outpaint', aspectRatio: '16:9' }));
  assert.equal(grown.samples[0].seed, undefined);
  client.expect(422, await client.post(`/jobs/${grown.id}/rerun`, { seed: 7 }), 'validation_failed');
});

for (const [why, body, pointer] of [
  ['replace without a source', { prompt: 'a beach', operation: 'replace' }, '/modelId'],
  ['two sources', { jobId: '01938f60-1b77-7a90-a4d2-91c0e7f35b12', imageBase64: 'AAAA', prompt: 'a beach' }, '/modelId'],
  ['generate with a source', { imageBase64: 'AAAA', prompt: 'a beach', operation: 'generate' }, '/operation'],
  ['no words', { imageBase64: 'AAAA' }, '/prompt'],
  ['an engine for something else', { imageBase64: 'AAAA', prompt: 'a beach', operation: 'replace', engine: 'kontext-pro' }, '/engine'],
  ['an unknown engine', { imageBase64: 'AAAA', prompt: 'a beach', engine: 'paintbrush' }, '/engine'],
  ['a picture that is none', { imageBase64: '!', prompt: 'a beach' }, '/imageBase64'],
]) {
  test(`refused: ${why}`, async () => {
    const answer = client.expect(422, await client.post('/scene/change', body), 'validation_failed');
    assert.equal(answer.body.errors[0].pointer, pointer);
  });
}

test('a preset says what the scene is, in a change and in a try-on', async () => {
  const admin = await createFromShell(serve, { role: 'admin' });
  const preset = { name: 'Dunes', domain: 'clothing', prompt: 'sand dunes under a clear sky' };
  const scene = admin.expect(201, await admin.post('/scenes', preset)).body;
  const seed = freshSeed();
  const job = await succeeded(await submit({ modelId: pair.model.id, sceneId: scene.id, prompt: 'at noon', seed }));
  assert.deepEqual([job.sceneId, job.scene, job.prompt], [scene.id, preset.prompt, 'at noon']);
  const [{ body }] = await sentFor(seed);
  assert.ok(body.prompt.includes(preset.prompt) && body.prompt.includes('at noon'), body.prompt);
  const worn = await succeeded(await submitTryOn(client, pair, { scene: scene.id }));
  assert.deepEqual([worn.sceneId, worn.scene, worn.creditsUsed], [scene.id, preset.prompt, 10]);
  const elsewhere = client.expect(422, await client.post('/scene/change', { modelId: pair.model.id, sceneId: scene.id, domain: 'interior_design' }));
  assert.equal(elsewhere.body.errors[0].pointer, '/sceneId');
  const inside = client.expect(422, await client.post('/tryon', { modelId: pair.model.id, garmentId: pair.garment.id, scene: scene.id, domain: 'interior_design' }));
  assert.equal(inside.body.errors[0].pointer, '/scene');
  const gone = '01938f60-1b77-7a90-a4d2-91c0e7f35b12';
  client.expect(404, await client.post('/scene/change', { modelId: pair.model.id, sceneId: gone }), 'not_found');
  client.expect(404, await client.post('/tryon', { modelId: pair.model.id, garmentId: pair.garment.id, scene: gone }), 'not_found');
});

test('the source is fetched from an address', async () => {
  const photo = await pictures.person();
  const shop = http.createServer((request, response) => response.end(photo)).listen(0, '127.0.0.1');
  await new Promise((resolve) => shop.once('listening', resolve));
  try {
    const imageUrl = `http://127.0.0.1:${shop.address().port}/photo`;
    const job = await succeeded(await submit({ imageUrl, prompt: 'a forest', operation: 'edit' }));
    assert.deepEqual([job.samples[0].width, job.samples[0].height], [480, 640]);
    const both = client.expect(422, await client.post('/scene/change', { imageUrl, imageBase64: photo.toString('base64'), prompt: 'a forest' }));
    assert.equal(both.body.errors[0].pointer, '/modelId');
    const refused = client.expect(422, await client.post('/scene/change', { imageUrl: 'http://169.254.169.254/latest', prompt: 'a forest' }), 'url_not_allowed');
    assert.equal(refused.body.errors[0].pointer, '/imageUrl');
  } finally {
    shop.close();
  }
});

test('what is not in the account is not found', async () => {
  const nowhere = '01938f60-1b77-7a90-a4d2-91c0e7f35b12';
  client.expect(404, await client.post('/scene/change', { modelId: nowhere, prompt: 'a beach' }), 'not_found');
  client.expect(404, await client.post('/scene/change', { jobId: nowhere, prompt: 'a beach' }), 'not_found');
});

test('a try-on with a scene is one job with one price, and both steps show in its sheet', async () => {
  const seed = freshSeed();
  const accepted = await submitTryOn(client, pair, { scene: 'a snowy mountain at dawn', numSamples: 2, seed });
  assert.deepEqual([accepted.creditsHeld, accepted.scene], [20, 'a snowy mountain at dawn']);
  const job = await succeeded(accepted);
  assert.equal(job.creditsUsed, 20);
  assert.deepEqual([job.samples[0].width, job.samples[0].height], [480, 640]);
  const sent = [...await sentFor(seed), ...await sentFor(seed + 1)];
  assert.equal(sent.length, 4);
  assert.equal(sent.filter(({ body }) => body.prompt.includes('snowy mountain')).length, 2);
  const events = await client.events(`/tryon/${job.id}/events`, { headers: { 'last-event-id': '0' } });
  assert.equal(events.at(-1).event, 'end');
  const sheet = client.expect(200, await client.get(`/jobs/${job.id}/sheet`));
  assert.ok((await sharp(sheet.bytes).metadata()).width > 1000);
});

test('the books balance when both steps are paid for at once', async () => {
  const poor = await register(serve);
  const own = await uploadPair(poor);
  await poor.finished((await submitTryOn(poor, own, { scene: 'a beach' })).id);
  await assertBooksBalance(poor, 1000);
  assert.equal((await poor.read('/credits/balance')).creditsLeft, 990);
});

test('the books balance after all of this', async () => {
  await assertBooksBalance(client, 1000);
});
