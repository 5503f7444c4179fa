// Schemathesis, a fuzzer that knows nothing of us but the OpenAPI document: no 500, no undocumented answer, no way
// around authentication, whatever it makes up from the schemas and against them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { root, tempFolder } from './support/processes.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { createFromShell, register } from './support/users.mjs';

const VERSION = '4.32.5';
const SECONDS = process.env.FUZZ_SECONDS ?? '30'; // for each kind of client
const SEED = process.env.SEED ?? '1';
const run = promisify(execFile);
let emulator, serve, program, reason;

/** Installed once into a virtual environment beside the other caches. */
async function install() {
  const folder = path.join(os.homedir(), '.cache/atelier', `schemathesis-${VERSION}`);
  const found = path.join(folder, 'bin/schemathesis');
  if (fs.existsSync(path.join(folder, 'complete'))) return found;
  await run('python3', ['-m', 'venv', '--clear', folder]);
  await run(path.join(folder, 'bin/pip'), ['install', '--quiet', `schemathesis==${VERSION}`]);
  fs.writeFileSync(path.join(folder, 'complete'), '');
  return found;
}

before(async () => {
  try {
    program = await install();
  } catch (error) {
    reason = `needs schemathesis: ${String(error.stderr || error.message).trim().split('\n').at(-1)}`;
    return;
  }
  emulator = await startEmulator({ latencyMs: 1 });
  serve = await startServe({ emulator, env: { SIGNUP_CREDITS: '1000000', MAX_ACTIVE_JOBS_PER_USER: '100000', ACCESS_TOKEN_TTL: '1d' } });
});
after(async () => {
  await serve?.kill();
  await emulator?.stop();
});

// Single requests, then chains of them along the document's links: what one answer made is what the next one changes.
for (const [who, client] of [['a user', () => register(serve)], ['an administrator', () => createFromShell(serve, { role: 'admin' })]]) {
  test(`no request that ${who} can make up from the document breaks its promises`, async (t) => {
    if (reason) return t.skip(reason);
    await fuzz(t, await client());
  });
}

async function fuzz(t, client) {
  const args = ['run', path.join(root, 'api/openapi.yaml'), '--url', serve.url, '--header', `Authorization: Bearer ${client.token}`,
    // A made-up picture is never a real one, so that valid bodies are rightly refused.
    '--exclude-checks', 'positive_data_acceptance',
    // An erased account could not go on. And it checks each event against the schema of the whole stream; waiting.test.mjs looks at streams.
    '--exclude-operation-id-regex', '^(stream|deleteMe)',
    '--phases', 'examples,fuzzing,stateful', '--max-examples', '5', '--max-time', SECONDS, '--seed', SEED,
    '--request-timeout', '70', '--continue-on-failure', '--suppress-health-check', 'all',
    '--generation-database', 'none', '--warnings', 'off', '--no-color'];
  const result = await run(program, args, { cwd: tempFolder('fuzz'), maxBuffer: 1 << 28, env: { ...process.env, COLUMNS: '160' } })
    .catch((error) => error);
  assert.equal(result.code ?? 0, 0, `${result.stdout}`.slice(-20_000));
  t.diagnostic(result.stdout.trim().split('\n').slice(-12).join(' | '));
  client.expect(200, await client.get('/healthz'));
}
