import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { submitModel, submitTryOn, uploadPair } from './support/journey.mjs';
import * as pictures from './support/pictures.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

const UNKNOWN = '01938f5e-7c1a-7d4e-9b3a-2f6c8d1e0a47';
let emulator, serve, owner, stranger, image;

before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator });
  [owner, stranger] = [await register(serve), await register(serve)];
  image = await pictures.plain(300, 300);
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

const addModel = async (client) => client.expect(201, await client.postForm('/models/upload', { image })).body;
const addGarment = async (client, category) =>
  client.expect(201, await client.postForm('/garments/upload', { image, category })).body;

/** Reads a list to its end, `limit` at a time. */
async function readAll(client, list, limit, filter = '') {
  const pages = [];
  let cursor = '';
  do {
    const page = await client.read(`${list}?limit=${limit}${filter}${cursor && `&cursor=${cursor}`}`);
    pages.push(page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return pages;
}

test('an empty list has no cursor', async () => {
  for (const list of ['/models', '/garments', '/tryon', '/jobs', '/credits/history?action=tryon'])
    assert.deepEqual(await stranger.read(list), { items: [] });
});

test('lists are newest first and pages neither overlap nor leave gaps', async () => {
  const client = await register(serve);
  const ids = [];
  for (let i = 0; i < 7; ++i) ids.unshift((await addModel(client)).id);
  for (const limit of [1, 3, 7, 100]) {
    const pages = await readAll(client, '/models', limit);
    assert.deepEqual(pages.flat().map((model) => model.id), ids, `limit ${limit}`);
    assert.ok(pages.slice(0, -1).every((page) => page.length === limit));
  }
});

test('what is added meanwhile does not shift later pages', async () => {
  const client = await register(serve);
  for (let i = 0; i < 4; ++i) await addModel(client);
  const first = await client.read('/models?limit=2');
  const added = await addModel(client);
  const rest = await client.read(`/models?limit=100&cursor=${first.nextCursor}`);
  assert.equal(rest.items.length, 2);
  assert.ok(!rest.items.some((model) => model.id === added.id));
});

test('without a limit there are twenty', async () => {
  const client = await register(serve);
  await Promise.all(Array.from({ length: 22 }, () => addGarment(client, 'bag')));
  const page = await client.read('/garments');
  assert.equal(page.items.length, 20);
  assert.ok(page.nextCursor);
});

test('filters by field', async () => {
  const client = await register(serve);
  for (const category of ['dress', 'bag', 'dress']) await addGarment(client, category);
  const dresses = (await readAll(client, '/garments', 1, '&category=dress')).flat();
  assert.deepEqual(dresses.map((garment) => garment.category), ['dress', 'dress']);
  await addModel(client);
  const job = await client.finished((await submitModel(client)).id);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  const generated = await client.read('/models?type=generated');
  assert.deepEqual(generated.items.map((model) => model.jobId), [job.id]);
  assert.equal((await client.read('/models?type=uploaded')).items.length, 1);
});

test('limits, cursors and filters outside their range are refused by name', async () => {
  for (const [query, name] of [['limit=0', 'limit'], ['limit=101', 'limit'], ['limit=-1', 'limit'], ['limit=1.5', 'limit'],
    ['limit=x', 'limit'], ['limit=', 'limit'], ['limit=99999999999999999999', 'limit'], ['cursor=x', 'cursor'], ['type=drawn', 'type']]) {
    const answer = owner.expect(422, await owner.get(`/models?${query}`), 'validation_failed');
    assert.match(answer.body.errors[0].pointer, new RegExp(name), query);
  }
});

test('names in a model\'s metadata have a limit too, however they are sent', async () => {
  const imageBase64 = image.toString('base64');
  const send = { json: (metadata) => owner.post('/models/upload', { imageBase64, metadata }),
    form: (metadata) => owner.postForm('/models/upload', { image, metadata: JSON.stringify(metadata) }) };
  for (const [way, upload] of Object.entries(send)) {
    const longest = { ['ä'.repeat(64)]: 'x', ['\0'.repeat(64)]: 'y' };
    assert.deepEqual(owner.expect(201, await upload(longest)).body.metadata, longest, way);
    for (const key of ['k'.repeat(65), `\0${'k'.repeat(64)}`, 'k'.repeat(100_000)]) {
      const answer = owner.expect(422, await upload({ [key]: 'x' }), 'validation_failed');
      assert.deepEqual(answer.body.errors, [{ pointer: '/metadata', message: 'every field\'s name must be text of at most 64 characters' }], way);
    }
  }
});

test('a model and a garment are read by id', async () => {
  const { model, garment } = await uploadPair(owner);
  const again = await owner.read(`/models/${model.id}`);
  assert.equal(again.sha256, model.sha256);
  assert.equal((await owner.read(`/garments/${garment.id}`)).category, 'upper_body');
});

test('the mask preview shows what a try-on would repaint, and is cached', async () => {
  const { model } = await uploadPair(owner);
  const first = owner.expect(200, await owner.get(`/models/${model.id}/mask?category=upper_body`));
  const { width, height } = await sharp(first.bytes).metadata();
  assert.deepEqual([width, height], [model.width, model.height]);
  const { data } = await sharp(first.bytes).extractChannel(0).raw().toBuffer({ resolveWithObject: true });
  const share = data.reduce((sum, value) => sum + (value > 127), 0) / data.length;
  assert.ok(share > 0.05 && share < 0.7, `${share} of the picture is white`);
  const etag = first.headers.get('etag');
  owner.expect(304, await owner.get(`/models/${model.id}/mask?category=upper_body`, { 'if-none-match': etag }));
  const lower = owner.expect(200, await owner.get(`/models/${model.id}/mask?category=lower_body`));
  assert.ok(!lower.bytes.equals(first.bytes), 'another category, another mask');
});

test('the mask preview wants a category', async () => {
  const { model } = await uploadPair(owner);
  owner.expect(422, await owner.get(`/models/${model.id}/mask`), 'validation_failed');
  owner.expect(422, await owner.get(`/models/${model.id}/mask?category=hat`), 'validation_failed');
});

test('what was forgotten is gone; jobs that used it keep their results', async () => {
  const pair = await uploadPair(owner);
  const job = await owner.finished((await submitTryOn(owner, pair)).id);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  for (const target of [`/models/${pair.model.id}`, `/garments/${pair.garment.id}`]) {
    owner.expect(204, await owner.delete(target));
    owner.expect(404, await owner.get(target), 'not_found');
    owner.expect(404, await owner.delete(target), 'not_found');
  }
  const kept = await owner.read(`/tryon/${job.id}`);
  assert.ok((await owner.picture(kept.resultUrl)).length > 1000);
  assert.ok(!(await readAll(owner, '/models', 100)).flat().some((model) => model.id === pair.model.id));
});

test('other people\'s objects are not there, whatever is tried', async () => {
  const pair = await uploadPair(owner);
  const job = await owner.finished((await submitTryOn(owner, pair)).id);
  const targets = [['GET', `/models/${pair.model.id}`], ['DELETE', `/models/${pair.model.id}`],
    ['GET', `/models/${pair.model.id}/mask?category=dress`], ['GET', `/garments/${pair.garment.id}`],
    ['DELETE', `/garments/${pair.garment.id}`], ['GET', `/tryon/${job.id}`], ['DELETE', `/tryon/${job.id}`],
    ['GET', `/tryon/${job.id}/events`], ['GET', `/jobs/${job.id}`], ['GET', `/jobs/${job.id}/events`]];
  for (const [method, target] of targets) stranger.expect(404, await stranger.send(method, target), 'not_found');
  const own = await uploadPair(stranger);
  const tries = [{ modelId: pair.model.id, garmentId: own.garment.id }, { modelId: own.model.id, garmentId: pair.garment.id },
    { modelId: own.model.id, garmentIds: [own.garment.id, pair.garment.id] }];
  for (const body of tries) stranger.expect(404, await stranger.post('/tryon', body), 'not_found');
  assert.equal((await stranger.read('/jobs')).items.length, 0);
  assert.equal((await owner.read(`/models/${pair.model.id}`)).id, pair.model.id);
});

test('unknown ids are answered like foreign ones', async () => {
  for (const target of [`/models/${UNKNOWN}`, `/garments/${UNKNOWN}`, `/tryon/${UNKNOWN}`, `/jobs/${UNKNOWN}`,
    `/tryon/${UNKNOWN}/events`]) owner.expect(404, await owner.get(target), 'not_found');
});

test('what is no id is refused', async () => {
  for (const id of ['x', '1', `${UNKNOWN}0`, UNKNOWN.replaceAll('-', ''), '%27%20OR%201=1', '00000000-0000-0000-0000-00000000000g']) {
    const answer = await owner.get(`/models/${id}`);
    assert.ok([404, 422].includes(answer.status), answer.title);
  }
});

test('a cursor of someone else shows nothing of theirs', async () => {
  await addModel(owner);
  const foreign = (await addModel(owner)).id;
  const newcomer = await register(serve);
  assert.deepEqual(await newcomer.read(`/models?cursor=${foreign}`), { items: [] });
});
