// What only administrators may do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withToken } from './support/client.mjs';
import { openapi } from './support/contract.mjs';
import { submitModel } from './support/journey.mjs';
import { assertBooksBalance } from './support/ledger.mjs';
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
    const json = ['POST', 'PATCH'].includes(method) && openapi.paths[template][method.toLowerCase()].requestBody
      ? { headers: { 'content-type': 'application/json' }, body: '{}' } : {};
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

const path = (user) => `/admin/users/${user.user.id}`;
const patch = (client, target, body) =>
  client.send('PATCH', target, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

test('accounts are found by part of their address, role and state, in pages', async () => {
  const user = await register(serve);
  const part = user.user.email.slice(0, 12).toUpperCase();
  const { items } = await admin.read(`/admin/users?email=${encodeURIComponent(part)}`);
  assert.deepEqual(items, [{ ...user.user, disabled: false }]);
  const admins = await admin.read('/admin/users?role=admin');
  assert.deepEqual(admins.items.map((one) => one.id), [admin.user.id]);
  const first = await admin.read('/admin/users?limit=1');
  assert.equal(first.items[0].id, user.user.id);
  const second = await admin.read(`/admin/users?limit=1&cursor=${first.nextCursor}`);
  assert.notEqual(second.items[0].id, user.user.id);
  admin.expect(422, await admin.get('/admin/users?role=king'), 'validation_failed');
});

test('a disabled account is out at once, and back when it is enabled', async () => {
  const user = await register(serve);
  const made = user.expect(201, await user.post('/auth/api-keys', { name: 'k' }));
  const program = withToken(serve.url, made.body.key);
  assert.equal(admin.expect(200, await patch(admin, path(user), { disabled: true })).body.disabled, true);
  user.expect(401, await user.get('/auth/me'), 'unauthenticated');
  program.expect(403, await program.get('/auth/me'), 'forbidden');
  const again = { email: user.user.email, password: user.password };
  user.expect(403, await serve.anonymous.post('/auth/login', again), 'forbidden');
  assert.deepEqual((await admin.read('/admin/users?disabled=true')).items.map((one) => one.id), [user.user.id]);
  admin.expect(200, await patch(admin, path(user), { disabled: false }));
  user.expect(200, await serve.anonymous.post('/auth/login', again));
  program.expect(200, await program.get('/auth/me'));
});

test('roles are given and taken; the last administrator stays', async () => {
  const user = await register(serve);
  admin.expect(409, await patch(admin, path(admin), { role: 'user' }), 'conflict');
  admin.expect(409, await patch(admin, path(admin), { disabled: true }), 'conflict');
  user.expect(403, await user.get('/admin/stats'), 'forbidden');
  assert.equal(admin.expect(200, await patch(admin, path(user), { role: 'admin' })).body.role, 'admin');
  user.expect(200, await user.get('/admin/stats'));
  const answers = await Promise.all([patch(user, path(admin), { role: 'user' }), patch(admin, path(user), { role: 'user' })]);
  const roles = await Promise.all([admin, user].map(async (one) => (await one.read('/auth/me')).role));
  assert.equal(roles.filter((role) => role === 'admin').length, 1, answers.map((answer) => answer.status).join());
  if (roles[0] === 'user') user.expect(200, await patch(user, path(admin), { role: 'admin' }));
  admin.expect(200, await patch(admin, path(user), { role: 'user' }));
});

test('unfit changes of accounts are refused', async () => {
  for (const body of [{}, { role: 'king' }, { disabled: 1 }, { creditsLeft: 5 }, { role: null }])
    admin.expect(422, await patch(admin, path(admin), body), 'validation_failed');
  admin.expect(404, await patch(admin, '/admin/users/01938f60-1b77-7a90-a4d2-91c0e7f35b12', { disabled: true }), 'not_found');
});

test("everyone's jobs are listed without prompts and pictures", async () => {
  const user = await register(serve);
  const job = await user.finished((await submitModel(user)).id);
  const { items } = await admin.read(`/admin/jobs?userId=${user.user.id}&status=succeeded&kind=model`);
  assert.deepEqual(items.map((one) => [one.id, one.userId, one.creditsUsed]), [[job.id, user.user.id, job.creditsUsed]]);
  assert.ok(items[0].samples[0].taskId);
  const text = JSON.stringify(items);
  for (const word of [job.prompt, '/files/', 'token', 'sig=']) assert.ok(!text.includes(word), word);
  assert.deepEqual((await admin.read(`/admin/jobs?userId=${user.user.id}&status=failed`)).items, []);
  assert.equal((await admin.read('/admin/jobs?limit=1')).items[0].id, job.id);
});

test('a failed job is retried once, at the cost of its owner', async () => {
  const user = await withCredits(serve, 10);
  await emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.1' }, fault: 'moderate_input' });
  const failed = await user.finished((await submitModel(user, { seed: 77 })).id);
  assert.equal(failed.status, 'failed');
  const answers = await Promise.all(Array.from({ length: 5 }, () => admin.post(`/admin/jobs/${failed.id}/retry`)));
  const taken = answers.filter((answer) => answer.status === 202);
  assert.equal(taken.length, 1);
  for (const answer of answers) if (answer !== taken[0]) admin.expect(409, answer, 'conflict');
  const job = await user.finished(taken[0].body.id);
  assert.deepEqual([job.status, job.prompt, job.seed, job.creditsUsed], ['succeeded', failed.prompt, 77, 4]);
  admin.expect(409, await admin.post(`/admin/jobs/${failed.id}/retry`), 'conflict');
  admin.expect(409, await admin.post(`/admin/jobs/${job.id}/retry`), 'conflict');
  const [old] = (await admin.read(`/admin/jobs?userId=${user.user.id}&status=failed`)).items;
  assert.equal(old.retriedAs, job.id);
  await assertBooksBalance(user, 10);
  const [line] = (await admin.read(`/admin/audit?action=job.retry&subject=${failed.id}`)).items;
  assert.deepEqual([line.actor, line.details], [admin.user.id, { as: job.id }]);
});

test('a retry that cannot be paid is refused and may be repeated', async () => {
  const user = await withCredits(serve, 4);
  await emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.1' }, fault: 'moderate_input' });
  const failed = await user.finished((await submitModel(user)).id);
  await assertBooksBalance(user, 4);
  admin.expect(201, await grant(admin, { userId: user.user.id, amount: -2 }));
  admin.expect(402, await admin.post(`/admin/jobs/${failed.id}/retry`), 'insufficient_credits');
  admin.expect(201, await grant(admin, { userId: user.user.id, amount: 2 }));
  const { body } = admin.expect(202, await admin.post(`/admin/jobs/${failed.id}/retry`));
  assert.equal((await user.finished(body.id)).status, 'succeeded');
  admin.expect(404, await admin.post('/admin/jobs/01938f60-1b77-7a90-a4d2-91c0e7f35b12/retry'), 'not_found');
});

test('the figures follow what happens', async () => {
  const before = await admin.read('/admin/stats');
  const user = await withCredits(serve, 6);
  await user.finished((await submitModel(user)).id);
  await assertBooksBalance(user, 6);
  const now = await admin.read('/admin/stats');
  assert.deepEqual(Object.keys(now.jobs).sort(), ['canceled', 'failed', 'generating', 'preparing', 'queued', 'storing', 'submitting', 'succeeded']);
  assert.equal(now.jobs.succeeded, before.jobs.succeeded + 1);
  assert.equal(now.users.total, before.users.total + 1);
  assert.equal(now.credits.creditsLeft, before.credits.creditsLeft + 2);
  const submits = (stats) => stats.provider.find((row) => row.call === 'submit' && row.outcome === 'ok')?.count ?? 0;
  assert.equal(submits(now), submits(before) + 1);
});

test('the head of the audit log proves later that nothing was cut off', async () => {
  const verify = (...options) => runOn(serve, ['audit', 'verify', ...options]);
  const first = await verify();
  const [, seq, hash] = first.out.match(/all fit; head (\d+):([0-9a-f]{64})$/);
  await createFromShell(serve);
  assert.equal((await verify('--expect', `${seq}:${hash}`)).code, 0);
  const missing = await verify('--expect', `${Number(seq) + 1000}:${hash}`);
  assert.deepEqual([missing.code, /is missing or another one/.test(missing.out)], [1, true]);
  assert.equal((await verify('--expect', `1:${hash}`)).code, seq === '1' ? 0 : 1);
  assert.notEqual((await verify('--expect', 'nonsense')).code, 0);
});

test('the audit log is read in pages and by actor', async () => {
  const user = await register(serve);
  for (const amount of [1, 2, 3]) admin.expect(201, await grant(admin, { userId: user.user.id, amount }));
  const query = `/admin/audit?subject=${user.user.id}&limit=2`;
  const first = await admin.read(query);
  assert.deepEqual(first.items.map((line) => line.details.amount), [3, 2]);
  const rest = await admin.read(`${query}&cursor=${first.nextCursor}`);
  assert.deepEqual(rest.items.map((line) => line.details.amount), [1]);
  assert.equal(rest.nextCursor, undefined);
  assert.deepEqual((await admin.read(`/admin/audit?actor=${user.user.id}`)).items, []);
  admin.expect(422, await admin.get('/admin/audit?cursor=x'), 'validation_failed');
  const text = JSON.stringify((await admin.read('/admin/audit?limit=100')).items);
  assert.ok(!text.includes('@') && !text.includes('atl_'));
});
