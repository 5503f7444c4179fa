// The TypeScript client: types generated from the document, compiled strictly, and run against a server.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { garment, person } from './support/pictures.mjs';
import { root, tempFolder } from './support/processes.mjs';
import { startEmulator, startServe } from './support/servers.mjs';

const run = promisify(execFile);
const modules = path.join(root, 'tests/node_modules');
const folder = tempFolder('client');
let emulator, serve;

before(async () => {
  fs.cpSync(path.join(root, 'clients/typescript'), folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  fs.symlinkSync(modules, path.join(folder, 'node_modules'));
  emulator = await startEmulator();
  serve = await startServe({ emulator });
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

const compile = (...args) => run(process.execPath, [path.join(modules, 'typescript/bin/tsc'), ...args], { cwd: folder })
  .catch((error) => assert.fail(`tsc: ${error.stdout}`));

test('types come from the served document, and the client fits them', async () => {
  const generator = path.join(modules, 'openapi-typescript/bin/cli.js');
  await run(process.execPath, [generator, `${serve.url}/openapi.json`, '-o', 'schema.d.ts'], { cwd: folder });
  await compile('-p', '.');
});

test('the compiler refuses what the document does not know', async () => {
  const wrong = `
import { createAtelier } from './atelier.js';
const atelier = createAtelier('http://127.0.0.1');
// @ts-expect-error no such path
await atelier.GET('/nothing');
// @ts-expect-error a text where a number belongs
await atelier.POST('/tryon', { body: { modelId: 'x', garmentId: 'y', numSamples: 'two' } });
// @ts-expect-error no such category
await atelier.POST('/garments/upload', { body: { imageBase64: '', category: 'hat' } });
// @ts-expect-error the id is missing
await atelier.GET('/jobs/{jobId}', {});
`;
  fs.writeFileSync(path.join(folder, 'wrong.ts'), wrong);
  await compile('--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--skipLibCheck', 'wrong.ts');
});

test('register, upload, try on, fetch the result', async () => {
  const [me, shirt, out] = ['me.jpg', 'shirt.jpg', 'out.jpg'].map((name) => path.join(folder, name));
  fs.writeFileSync(me, await person());
  fs.writeFileSync(shirt, await garment());
  const { stdout } = await run(process.execPath, ['built/journey.js', serve.url, me, shirt, out], { cwd: folder });
  const job = JSON.parse(stdout);
  assert.deepEqual([job.status, job.samples], ['succeeded', 2]);
  const { width, height } = await sharp(out).metadata();
  assert.deepEqual([width, height], [480, 640]);
});
