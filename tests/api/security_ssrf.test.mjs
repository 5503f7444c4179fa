// URLs that users give us must not lead into our own network: as the operator runs it, without any setting.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { tempFolder, until } from './support/processes.mjs';
import { Receiver } from './support/receiver.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

let emulator, serve, client, inside;
before(async () => {
  emulator = await startEmulator();
  inside = await Receiver.start();
  serve = await startServe({ emulator });
  client = await register(serve);
});
after(async () => {
  inside?.stop();
  await serve?.stop();
  await emulator?.stop();
});

/** The three ways to make us call a URL. */
const doors = {
  'a picture': (url) => client.post('/models/upload', { imageUrl: url }),
  'a webhook': (url) => client.post('/webhooks', { url }),
  "a job's webhook": (url) => client.post('/models/generate', { prompt: 'a person in a studio', webhookUrl: url }),
};

const port = () => new URL(inside.url).port;
const hosts = ['127.0.0.1', 'localhost', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '[::1]', '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]', '0.0.0.0', '[::]', '10.0.0.1', '192.168.1.1', '172.16.0.1', '169.254.169.254', '[fe80::1]', '[fd00::1]',
  '100.64.0.1', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', 'metadata', 'localhost.', '①②⑦.⓪.⓪.①'];

for (const [what, send] of Object.entries(doors)) {
  test(`${what}: no address inside, however it is written`, async () => {
    for (const host of hosts)
      for (const scheme of ['http', 'https']) {
        const answer = await send(`${scheme}://${host}:${port()}/in`);
        if (host.startsWith('①') && answer.status < 300) continue;  // a name until it is looked up; see below
        assert.ok(['url_not_allowed', 'import_failed'].includes(answer.body.code), `${scheme}://${host}: ${answer.title}`);
        assert.equal(answer.status, 422);
      }
    assert.equal(inside.requests.length, 0);
  });

  test(`${what}: no other scheme, no credentials, no second line`, async () => {
    for (const url of ['file:///etc/passwd', 'gopher://127.0.0.1:6379/_FLUSHALL', 'ftp://shop.example/a.png', 'dict://127.0.0.1:11211/',
      'http://shop.example/a.png', 'https://user:pass@shop.example/', 'https://shop.example@127.0.0.1/', 'https://shop.example\\@127.0.0.1/',
      'https://shop.example/\r\nHost: inside', 'https://shop.example /', 'javascript:alert(1)', 'https:///nothing'])
      client.expect(422, await send(url), 'url_not_allowed');
  });
}

test('a webhook cannot be moved inside later', async () => {
  const hook = client.expect(201, await client.post('/webhooks', { url: 'https://shop.example/in' })).body;
  const answer = await client.send('PATCH', `/webhooks/${hook.id}`,
    { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ url: `http://127.0.0.1:${port()}/` }) });
  client.expect(422, answer, 'url_not_allowed');
  assert.equal((await client.read(`/webhooks/${hook.id}`)).url, 'https://shop.example/in');
});

// A resolver of the attacker's: the name is public when it is first asked for and leads inside from then on.
const RESOLVER = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int asked;
int getaddrinfo(const char* host, const char* service, const struct addrinfo* hints, struct addrinfo** out) {
  int (*real)(const char*, const char*, const struct addrinfo*, struct addrinfo**) = dlsym(RTLD_NEXT, "getaddrinfo");
  if (host && strstr(host, "rebind.example") && !(hints && (hints->ai_flags & AI_NUMERICHOST))) {
    FILE* log = fopen(getenv("REBIND_LOG"), "a");
    if (log) { fprintf(log, "%s\\n", host); fclose(log); }
    host = __sync_fetch_and_add(&asked, 1) < atoi(getenv("REBIND_AFTER")) ? "203.0.113.1" : "127.0.0.1";
  }
  return real(host, service, hints, out);
}`;

async function withResolver(t, after) {
  const folder = tempFolder('rebind');
  const [source, library, log] = ['resolver.c', 'resolver.so', 'asked'].map((name) => path.join(folder, name));
  fs.writeFileSync(source, RESOLVER);
  fs.writeFileSync(log, '');
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, source, '-ldl'], { stdio: 'pipe' });
  } catch (error) {
    t.skip(`needs a C compiler: ${error.message.split('\n')[0]}`);
    return undefined;
  }
  const own = await startServe({ emulator, env: { LD_PRELOAD: library, REBIND_LOG: log, REBIND_AFTER: String(after),
    ASAN_OPTIONS: [process.env.ASAN_OPTIONS, 'verify_asan_link_order=0'].filter(Boolean).join(':') } });
  t.after(() => own.stop());
  return { own, user: await register(own), asked: () => fs.readFileSync(log, 'utf8').split('\n').filter(Boolean).length };
}

test('a name that leads inside only when it is connected to', async (t) => {
  const world = await withResolver(t, 0);
  if (!world) return;
  const { user, asked } = world;
  const fetched = await user.post('/models/upload', { imageUrl: `https://rebind.example:${port()}/in` });
  user.expect(422, fetched, 'url_not_allowed');
  assert.match(fetched.body.detail, /public address/);
  assert.ok(asked() >= 1, 'the name was looked up by our resolver');
  const hook = user.expect(201, await user.post('/webhooks', { url: `https://rebind.example:${port()}/in` })).body;
  user.expect(202, await user.post(`/webhooks/${hook.id}/test`));
  const attempt = await until(async () => (await user.read(`/webhooks/${hook.id}/deliveries`)).items[0].attempts[0]);
  assert.match(attempt.error, /not a public one/);
  assert.equal(inside.requests.length, 0);
});
