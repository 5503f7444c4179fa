import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import * as pictures from './support/pictures.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

const LIMIT = 4 * 1024 * 1024;
let emulator, serve, client;

before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator, env: { MAX_UPLOAD_BYTES: String(LIMIT) } });
  client = await register(serve);
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

const upload = (image, more = {}) => client.postForm('/models/upload', { image, ...more });
const accepted = async (image, more) => client.expect(201, await upload(image, more)).body;
const metadataOf = async (asset) => sharp(await client.picture(asset.url)).metadata();

test('a JPEG becomes a Model with picture, thumbnail and digest', async () => {
  const answer = client.expect(201, await upload(await pictures.person(), { name: 'Ada', metadata: '{"shoot":"2026-11"}' }));
  const model = answer.body;
  assert.equal(new URL(answer.headers.get('location'), serve.url).pathname, `/models/${model.id}`);
  assert.deepEqual([model.type, model.width, model.height, model.name], ['uploaded', 480, 640, 'Ada']);
  assert.deepEqual(model.metadata, { shoot: '2026-11' });
  const bytes = await client.picture(model.url);
  assert.equal(bytes.length, model.bytes);
  assert.equal(crypto.createHash('sha256').update(bytes).digest('hex'), model.sha256);
  const thumb = await sharp(await client.picture(model.thumbUrl)).metadata();
  assert.ok(Math.max(thumb.width, thumb.height) <= 384);
  assert.ok(Math.abs(thumb.width / thumb.height - 480 / 640) < 0.01);
});

for (const format of ['jpeg', 'png', 'webp']) {
  test(`${format} is accepted, by its content whatever name and type say`, async () => {
    const model = await accepted(await pictures.person({ format }), { filename: 'notes.txt', type: 'text/plain' });
    const { width, height } = await metadataOf(model);
    assert.deepEqual([width, height], [480, 640]);
  });
}

test('base64 is accepted with and without a data prefix, and gives the same picture', async () => {
  const image = (await pictures.person()).toString('base64');
  const bare = client.expect(201, await client.post('/models/upload', { imageBase64: image })).body;
  const prefixed = client.expect(201, await client.post('/models/upload', { imageBase64: `data:image/jpeg;base64,${image}` })).body;
  assert.equal(bare.sha256, prefixed.sha256);
  assert.notEqual(bare.id, prefixed.id);
});

test('a garment keeps what was said about it', async () => {
  const image = await pictures.garment();
  const said = { category: 'dress', name: 'Linen dress', description: 'long, blue', photoType: 'on_model' };
  const garment = client.expect(201, await client.postForm('/garments/upload', { image, ...said })).body;
  for (const [field, value] of Object.entries(said)) assert.equal(garment[field], value);
  const plain = client.expect(201, await client.postForm('/garments/upload', { image, category: 'bag' })).body;
  assert.equal(plain.photoType, 'flat_lay');
  assert.ok(!('name' in plain));
});

test('a garment needs a category that exists', async () => {
  const image = await pictures.garment();
  for (const fields of [{}, { category: 'hat' }, { category: '' }]) {
    const answer = client.expect(422, await client.postForm('/garments/upload', { image, ...fields }), 'validation_failed');
    assert.match(answer.body.errors[0].pointer, /category/);
  }
});

test('names in any script come back as they were', async () => {
  for (const name of ['Зимнее пальто', '夏のドレス', 'naïve "quoted" <b>', '👗'])
    assert.equal((await accepted(await pictures.plain(300, 300), { name })).name, name);
});

// ---- bad input of issue 3 -------------------------------------------------------------------------------------------

const refused = [
  ['text', () => Buffer.from('this is not a picture'), 415, 'unsupported_media_type'],
  ['a PDF that is called photo.jpg', () => Buffer.from('%PDF-1.7\n1 0 obj\n'), 415, 'unsupported_media_type'],
  ['SVG', () => pictures.personSvg(400, 400), 415, 'unsupported_media_type'],
  ['HTML', () => Buffer.from('<!DOCTYPE html><script>alert(1)</script>'), 415, 'unsupported_media_type'],
  ['TIFF', () => pictures.plain(300, 300, 'tiff'), 415, 'unsupported_media_type'],
  ['0 bytes', () => Buffer.alloc(0), 422, 'image_undecodable'],
  ['only the first bytes of a JPEG', async () => (await pictures.person()).subarray(0, 20), 422, 'image_undecodable'],
  ['half a JPEG', async () => { const b = await pictures.person(); return b.subarray(0, b.length / 2); }, 422, 'image_undecodable'],
  ['half a PNG', async () => { const b = await pictures.person({ format: 'png' }); return b.subarray(0, b.length / 2); }, 422, 'image_undecodable'],
  ['half a WebP', async () => { const b = await pictures.person({ format: 'webp' }); return b.subarray(0, b.length / 2); }, 422, 'image_undecodable'],
  ['a PNG with a damaged header', async () => { const b = await pictures.person({ format: 'png' }); b[18] ^= 0xff; return b; }, 422, 'image_undecodable'],
  ['a PNG bomb of 50,000×50,000', () => pictures.bombPng(50_000, 50_000), 422, 'image_too_many_pixels'],
  ['one pixel', () => pictures.plain(1, 1), 422, 'image_too_small'],
  ['a narrow strip', () => pictures.plain(2000, 100), 422, 'image_too_small'],
];
for (const [what, make, status, code] of refused) {
  test(`refused: ${what}`, async () => {
    const image = await make();
    client.expect(status, await upload(image), code);
    if (image.length === 0) return;
    const body = { imageBase64: image.toString('base64'), category: 'bag' };
    client.expect(status, await client.post('/garments/upload', body), code);
  });
}

test('a bomb costs neither time nor memory', async () => {
  const rss = async () => Number(/VmRSS:\s+(\d+)/.exec(await (await import('node:fs/promises'))
    .readFile(`/proc/${serve.program.child.pid}/status`, 'utf8'))[1]);
  const bomb = pictures.bombPng(50_000, 50_000);
  const before = await rss();
  await Promise.all(Array.from({ length: 8 }, async () => client.expect(422, await upload(bomb), 'image_too_many_pixels')));
  const grown = (await rss()) - before;
  assert.ok(grown < 120_000, `${grown} KiB more after eight bombs`);
});

const odd = [
  ['CMYK JPEG', pictures.cmykJpeg],
  ['16-bit PNG', pictures.png16],
  ['palette PNG with transparency', pictures.palettePng],
  ['grey PNG', () => sharp({ create: { width: 300, height: 300, channels: 3, background: '#777' } }).toColourspace('b-w').png().toBuffer()],
  ['animated GIF, as its first picture', pictures.animatedGif],
  ['progressive JPEG', async () => sharp(pictures.personSvg(400, 400)).flatten().jpeg({ progressive: true }).toBuffer()],
];
for (const [what, make] of odd) {
  test(`accepted and turned into plain 8-bit sRGB: ${what}`, async () => {
    const model = await accepted(await make());
    const kept = await metadataOf(model);
    assert.equal(kept.space, 'srgb');
    assert.equal(kept.depth, 'uchar');
    assert.equal(kept.pages ?? 1, 1);
    assert.deepEqual([kept.width, kept.height], [model.width, model.height]);
  });
}

test('the colours of a CMYK photo stay what they were', async () => {
  const model = await accepted(await pictures.cmykJpeg());
  const { data } = await pictures.pixelsOf(await client.picture(model.url));
  assert.ok(data[0] > 150 && data[1] < 120 && data[2] < 120, `red became ${data.subarray(0, 3).join()}`);
});

test('a photo lying on its side is turned upright, and says nothing of it any more', async () => {
  const model = await accepted(await pictures.rotatedJpeg({ width: 400, height: 600, orientation: 6 }));
  assert.deepEqual([model.width, model.height], [400, 600]);
  const bytes = await client.picture(model.url);
  const kept = await sharp(bytes).metadata();
  assert.deepEqual([kept.width, kept.height, kept.orientation ?? 1], [400, 600, 1]);
  const upright = await sharp(pictures.personSvg(400, 600)).flatten().png().toBuffer();
  const all = await sharp({ create: { width: 400, height: 600, channels: 3, background: '#fff' } }).png().toBuffer();
  const { changed, looked } = await pictures.countChanged(upright, bytes, all, { inside: true, tolerance: 40 });
  assert.ok(changed / looked < 0.02, `${changed} of ${looked} pixels differ from the upright photo`);
});

test('metadata is taken off, however much there is', async () => {
  const tagged = await sharp(pictures.personSvg(400, 400)).flatten()
    .withExif({ IFD0: { Copyright: 'secret place 52.5N 13.4E' } }).jpeg().toBuffer();
  const huge = pictures.withHugeExif(tagged, 40);
  assert.ok(huge.length > 2_000_000 && huge.length < LIMIT);
  const model = await accepted(huge);
  const bytes = await client.picture(model.url);
  assert.ok(!bytes.includes('secret place'));
  assert.ok(bytes.length < 200_000, `${bytes.length} bytes are left`);
});

test('what is larger than allowed is refused, in every form', async () => {
  const big = Buffer.concat([await pictures.person(), Buffer.alloc(LIMIT)]);
  client.expect(413, await upload(big), 'upload_too_large');
  const json = await client.post('/models/upload', { imageBase64: big.toString('base64') });
  client.expect(413, json, 'upload_too_large');
  const garment = await client.postForm('/garments/upload', { image: big, category: 'bag' });
  client.expect(413, garment, 'upload_too_large');
});

test('what is just small enough is accepted', async () => {
  const image = await pictures.person();
  await accepted(pictures.withHugeExif(image, Math.floor((LIMIT - image.length - 1000) / 65_018)));
});

test('base64 that is none', async () => {
  for (const imageBase64 of ['****', 'A', 'data:image/png;base64,', 'data:text/plain,hello', 'ÄÖÜß', ''])
    client.expect(422, await client.post('/models/upload', { imageBase64 }));
  client.expect(415, await client.post('/models/upload', { imageBase64: 'aGVsbG8=' }), 'unsupported_media_type');
});

test('a form without its picture', async () => {
  const answer = client.expect(422, await client.postForm('/models/upload', { name: 'nobody' }), 'validation_failed');
  assert.match(answer.body.errors[0].pointer, /image/);
});

test('a form whose metadata is no JSON object of texts', async () => {
  const image = await pictures.plain(300, 300);
  for (const metadata of ['{', '[]', '7', '{"a":1}', '{"a":{"b":"c"}}']) {
    const answer = await upload(image, { metadata });
    assert.ok([400, 422].includes(answer.status), `${metadata}: ${answer.title}`);
  }
});

test('fields that do not exist', async () => {
  const image = await pictures.plain(300, 300);
  client.expect(422, await upload(image, { colour: 'red' }), 'validation_failed');
  client.expect(422, await client.post('/models/upload', { imageBase64: image.toString('base64'), colour: 'red' }), 'validation_failed');
});

test('broken multipart bodies', async () => {
  const send = (type, body) => client.send('POST', '/models/upload', { headers: { 'content-type': type }, body });
  const part = '--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n';
  const broken = [
    ['multipart/form-data', `${part}data\r\n--x--\r\n`],
    ['multipart/form-data; boundary=x', 'no boundary at all'],
    ['multipart/form-data; boundary=x', `${part}never closed`],
    ['multipart/form-data; boundary=x', ''],
    ['multipart/form-data; boundary=', `${part}data\r\n--x--\r\n`],
  ];
  for (const [type, body] of broken) {
    const answer = await send(type, body);
    assert.ok([400, 415, 422].includes(answer.status), `${type}: ${answer.title}`);
  }
});

test('a refused upload leaves nothing behind', async () => {
  const stranger = await register(serve);
  for (const [, make] of refused.slice(0, 4)) await stranger.postForm('/models/upload', { image: await make() });
  assert.deepEqual((await stranger.read('/models')).items, []);
});
