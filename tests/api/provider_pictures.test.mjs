// How pictures reach the provider: small enough for it, with a word about that in the job; inside the request, or as
// links to ourselves where BFL_INPUT=url asks for it and the endpoint takes them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { boxMask, freshSeed, submitTryOn, uploadPair } from './support/journey.mjs';
import * as pictures from './support/pictures.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { freePort } from './support/services.mjs';
import { register } from './support/users.mjs';

let emulator, inline, linking;

before(async () => {
  emulator = await startEmulator();
  inline = await startServe({ emulator });
  const listen = `127.0.0.1:${await freePort()}`;
  linking = await startServe({ emulator, listen, env: { BFL_INPUT: 'url', PUBLIC_URL: `http://${listen}` } });
});
after(async () => {
  await inline?.stop();
  await linking?.stop();
  await emulator?.stop();
});

/** A try-on of `engine`: the job when it has succeeded, and the body that the provider got. */
async function tryOn(serve, engine, image, more = {}) {
  const client = await register(serve);
  const seed = freshSeed();
  const pair = await uploadPair(client, { image });
  const job = await client.finished((await submitTryOn(client, pair, { engine, seed, ...more })).id);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  const { body } = (await emulator.requests()).find((request) => request.body.seed === seed);
  return { job, body };
}

test('a large photo is sent smaller, and the job says so', async () => {
  const large = await pictures.person({ width: 3000, height: 4000 });
  const mask = (await boxMask(3000, 4000)).toString('base64');
  for (const [engine, field, more] of [['vto', 'person', {}], ['fill', 'image', { mask }]]) {
    const { job, body } = await tryOn(inline, engine, large, more);
    assert.ok(body[field].width * body[field].height <= 4 * 1048576, `${engine}: ${JSON.stringify(body[field])}`);
    assert.ok(job.warnings.some((one) => /^the photo was shrunk from 3000×4000 to \d+×\d+ for the provider$/.test(one)), `${engine}: ${job.warnings}`);
  }
});

test('a photo that fits is sent without a word', async () => {
  const { job } = await tryOn(inline, 'vto', await pictures.person());
  assert.ok(!(job.warnings ?? []).some((one) => /shrunk/.test(one)), job.warnings?.join());
});

test('links are sent where the endpoint takes them, and only there', async () => {
  const photo = await pictures.person();
  const { body } = await tryOn(linking, 'vto', photo);
  for (const field of ['person', 'garment']) {
    assert.match(body[field], new RegExp(`^${linking.url}/files/[0-9a-f]{64}\\.\\w+\\?exp=\\d+&sig=`));
    linking.anonymous.expect(200, await linking.anonymous.get(body[field].slice(linking.url.length)));
  }
  const mask = (await boxMask(480, 640)).toString('base64');
  const { body: fill } = await tryOn(linking, 'fill', photo, { mask });
  assert.ok(fill.image.sha256 && fill.mask.sha256, 'Fill takes pictures only');
});
