// What only administrators may do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withToken } from './support/client.mjs';
import { openapi } from './support/contract.mjs';
import { runOn, startEmulator, startServe } from './support/servers.mjs';
import { createFromShell, register, withCredits } from './support/users.mjs';

let emulator, serve, admin;
before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator });
  admin = await createFromShell(serve, { role: 'admin' });
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

const grant = (client, body) => client.post('/credits/grant', { reason: 'a test', ...body });

test('every operation that the document keeps for administrators refuses users', async () => {
  const user = await register(serve);
  const kept = Object.entries(openapi.paths).flatMap(([template, methods]) =>
    Object.entries(methods).filter(([, operation]) => operation['x-role']).map(([method]) => [method.toUpperCase(), template]));
  assert.ok(kept.length >= 2);
  for (const [method, template] of kept) {
    const target = template.replace(/\{[^}]+\}/g, user.user.id);
    const json = method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: '{}' };
    user.expect(403, await user.send(method, target, json), 'forbidden');
  }
});

test("an administrator's key needs the scope admin", async () => {
  const keyWith = async (scopes) => {
    const made = admin.expect(201, await admin.post('/auth/api-keys', { name: 'k', scopes }));
    return withToken(serve.url, made.body.key);
  };
  const userId = admin.user.id;
  const plain = await keyWith(['read', 'jobs']);
  plain.expect(403, await grant(plain, { userId, amount: 1 }), 'forbidden');
  const mighty = await keyWith(['admin']);
  mighty.expect(201, await grant(mighty, { userId, amount: 1 }));
});

test('a grant is in the balance and the history; the books and the audit log add up', async () => {
  const user = await withCredits(serve, 10);
  const { body: line } = admin.expect(201, await grant(admin, { userId: user.user.id, amount: 25, reason: 'invoice 7' }));
  assert.deepEqual([line.action, line.kind, line.creditsUsed, line.balance, line.reason], ['grant', 'grant', 25, 35, 'invoice 7']);
  assert.equal((await user.read('/credits/balance')).creditsLeft, 35);
  assert.equal((await user.read('/credits/history?limit=1')).items[0].id, line.id);
  for (const what of ['credits', 'verify']) {
    const audit = await runOn(serve, ['audit', what]);
    assert.equal(audit.code, 0, audit.log);
  }
});

test('credits can be taken away, but never below zero', async () => {
  const user = await withCredits(serve, 10);
  const userId = user.user.id;
  assert.equal(admin.expect(201, await grant(admin, { userId, amount: -4 })).body.balance, 6);
  admin.expect(402, await grant(admin, { userId, amount: -7 }), 'insufficient_credits');
  const racing = await Promise.all(Array.from({ length: 6 }, () => grant(admin, { userId, amount: -2 })));
  assert.deepEqual(racing.map((answer) => answer.status).sort(), [201, 201, 201, 402, 402, 402]);
  assert.equal((await user.read('/credits/balance')).creditsLeft, 0);
});

test('unfit grants are refused', async () => {
  const userId = admin.user.id;
  for (const body of [{}, { userId, amount: 0 }, { userId, amount: 1.5 }, { userId, amount: 1e18 }, { userId, amount: '5' },
    { userId: 'nobody', amount: 1 }, { userId, amount: 1, reason: '' }, { userId, amount: 1, role: 'admin' }])
    admin.expect(422, await grant(admin, body), 'validation_failed');
  admin.expect(404, await grant(admin, { userId: '01938f60-1b77-7a90-a4d2-91c0e7f35b12', amount: 1 }), 'not_found');
});
