// Every parameter of every endpoint of the provider's contract: its default, its limits, one past each, the wrong type,
// null, left out; and a field that nobody knows. What must come back is worked out here from the data alone, in the
// words of FastAPI and Pydantic.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import * as pictures from './support/pictures.mjs';
import { root } from './support/processes.mjs';
import { startEmulator } from './support/servers.mjs';

const contract = JSON.parse(fs.readFileSync(path.join(root, 'src/contract/bfl_contract.json'), 'utf8'));
const KEY = 'bfl_key_of_the_contract_walk';
let emulator, image;

before(async () => {
  emulator = await startEmulator({ latencyMs: 0, strict: false });
  await emulator.change({ pictures: 'tiny', maxActive: 1_000_000, credits: 1e9 });
  image = (await pictures.plain(256, 256)).toString('base64');
});
after(() => emulator?.stop());

const parametersOf = (endpoint) =>
  Object.entries(contract.schemas[endpoint.schema]).map(([name, spec]) => ({
    name,
    ...(typeof spec === 'string' ? contract.shared_parameters[spec] : spec),
  }));

/** The least that the endpoint accepts. */
function leastBody(endpoint, parameters) {
  const body = Object.fromEntries(parameters.filter((p) => p.required && p.in !== 'query').map((p) => [p.name, goodValue(p)]));
  if (endpoint.kind === 'outpaint') Object.assign(body, { width: 512, height: 512, auto_crop: true });
  return body;
}

function goodValue(p) {
  if (p.image) return image;
  if (p.enum) return p.enum[0];
  if (p.type === 'integer' || p.type === 'number') return p.min ?? p.default ?? 1;
  if (p.type === 'boolean') return true;
  if (p.format === 'uri') return 'https://client.invalid/hook';
  if (p.format === 'ratio') return '16:9';
  return 'a plain text';
}

const quoted = (names) =>
  names.map((name) => `'${name}'`).join(', ').replace(/, ([^,]*)$/, ' or $1');

/** What is said of a value that has not even the right type; undefined when the type cannot be wrong. */
function typeError(p) {
  if (p.enum) return { type: 'enum', msg: `Input should be ${quoted(p.enum)}`, ctx: { expected: quoted(p.enum) } };
  if (p.format === 'uri') return { type: 'url_type', msg: 'URL input should be a string or URL' };
  return {
    string: { type: 'string_type', msg: 'Input should be a valid string' },
    integer: { type: 'int_type', msg: 'Input should be a valid integer' },
    number: { type: 'float_type', msg: 'Input should be a valid number' },
    boolean: { type: 'bool_type', msg: 'Input should be a valid boolean' },
  }[p.type];
}

/** The rule that `value` breaks: multiples before limits. */
function limitError(p, value) {
  if (p.multiple_of && value % p.multiple_of !== 0)
    return { type: 'multiple_of', msg: `Input should be a multiple of ${p.multiple_of}`, ctx: { multiple_of: p.multiple_of } };
  if (p.max !== undefined && value > p.max)
    return { type: 'less_than_equal', msg: `Input should be less than or equal to ${p.max}`, ctx: { le: p.max } };
  if (p.min !== undefined && value < p.min)
    return { type: 'greater_than_equal', msg: `Input should be greater than or equal to ${p.min}`, ctx: { ge: p.min } };
  return undefined;
}

/** Values to try: [what, value, error or undefined]. */
function* casesOf(p) {
  if (p.type === 'string_or_list') {
    yield ['one picture', image, undefined];
    yield ['a list', [image, image], undefined];
    return;
  }
  const numeric = p.type === 'integer' || p.type === 'number';
  yield ['a good value', goodValue(p), numeric ? limitError(p, goodValue(p)) : undefined];
  if (p.default !== undefined && p.default !== null)
    yield ['its default', p.default, numeric ? limitError(p, p.default) : undefined];
  yield ['the wrong type', { not: 'this' }, typeError(p)];
  yield ['null', null, p.nullable ? undefined : typeError(p)];
  if (p.enum) yield ['a value not listed', 'neither', typeError(p)];
  if (numeric) yield* numericCases(p);
  if (p.type === 'boolean') {
    yield ['a word for true', 'yes', undefined];
    yield ['a word for nothing', 'perhaps', { type: 'bool_parsing', msg: 'Input should be a valid boolean, unable to interpret input' }];
  }
  if (p.max_length)
    yield ['one character too many', 'x'.repeat(p.max_length + 1), { type: 'string_too_long', msg: `String should have at most ${p.max_length} characters`, ctx: { max_length: p.max_length } }];
  if (p.min_length)
    yield ['nothing at all', '', { type: 'string_too_short', msg: `String should have at least ${p.min_length} character`, ctx: { min_length: p.min_length } }];
  if (p.format === 'uri')
    yield ['a relative URL', 'hook', { type: 'url_parsing', msg: 'Input should be a valid URL, relative URL without a base', ctx: { error: 'relative URL without a base' } }];
  if (p.format === 'ratio')
    yield ['too wide a ratio', '22:9', { type: 'value_error', msg: 'Value error, Aspect ratio must be between 21:9 and 9:21', ctx: { error: {} } }];
}

function* numericCases(p) {
  const step = p.type === 'integer' ? 1 : 0.5;
  for (const [what, value] of [['its minimum', p.min], ['its maximum', p.max], ['below its minimum', p.min - step], ['above its maximum', p.max + step]])
    if (Number.isFinite(value)) yield [what, value, limitError(p, value)];
  const good = goodValue(p);
  if (limitError(p, good) === undefined) yield ['the number as text', String(good), undefined];
  const word = p.type === 'integer' ? ['int_parsing', 'integer', 'an integer'] : ['float_parsing', 'number', 'a number'];
  yield ['a word', 'many', { type: word[0], msg: `Input should be a valid ${word[1]}, unable to parse string as ${word[2]}` }];
  if (p.type === 'integer')
    yield ['a fraction', 1.5, { type: 'int_from_float', msg: 'Input should be a valid integer, got a number with a fractional part' }];
}

async function send(endpoint, body) {
  const response = await fetch(new URL(endpoint.path, emulator.url), {
    method: endpoint.method,
    headers: { 'x-key': KEY, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function expectAnswer(endpoint, what, body, error) {
  const answer = await send(endpoint, body);
  const hint = `${endpoint.path} ${what}: ${JSON.stringify(answer.body).slice(0, 600)}`;
  if (error) {
    assert.equal(answer.status, 422, hint);
    assert.deepEqual(answer.body.detail, [error], hint);
  } else {
    assert.equal(answer.status, 200, hint);
  }
}

for (const endpoint of contract.endpoints.filter((e) => e.method === 'POST' && e.status !== 'removed')) {
  test(`${endpoint.path} takes what the contract says and nothing else`, async () => {
    const parameters = parametersOf(endpoint);
    const least = leastBody(endpoint, parameters);
    await expectAnswer(endpoint, 'the least body', least);
    for (const p of parameters) {
      for (const [what, value, error] of casesOf(p))
        await expectAnswer(endpoint, `${p.name}: ${what}`, { ...least, [p.name]: value },
          error && { type: error.type, loc: ['body', p.name], msg: error.msg, input: value, ...(error.ctx && { ctx: error.ctx }) });
      if (!p.required) continue;
      const { [p.name]: _, ...rest } = least;
      await expectAnswer(endpoint, `without ${p.name}`, rest,
        { type: 'missing', loc: ['body', p.name], msg: 'Field required', input: rest });
    }
    await expectAnswer(endpoint, 'an unknown field', { ...least, nobody_knows: 1 },
      endpoint.strict && { type: 'extra_forbidden', loc: ['body', 'nobody_knows'], msg: 'Extra inputs are not permitted', input: 1 });
  });
}

test('every wrong field is reported, in the order of the contract', async () => {
  const endpoint = contract.endpoints.find((e) => e.path === '/v1/flux-pro-1.0-fill');
  const { status, body } = await send(endpoint, { guidance: 101, steps: 14, mask: 5 });
  assert.equal(status, 422);
  assert.deepEqual(body.detail.map((e) => [e.loc[1], e.type]),
    [['image', 'missing'], ['mask', 'string_type'], ['steps', 'greater_than_equal'], ['guidance', 'less_than_equal']]);
});

test('removed routes are unknown', async () => {
  for (const endpoint of contract.endpoints.filter((e) => e.status === 'removed')) {
    const { status, body } = await send(endpoint, {});
    assert.equal(status, 404, endpoint.path);
    assert.deepEqual(body, { detail: 'Not Found' });
  }
});

test('costs follow the price list', async () => {
  const priced = contract.endpoints.filter((e) => e.method === 'POST' && e.status !== 'removed' && e.kind !== 'service');
  for (const endpoint of priced) {
    const { body } = await send(endpoint, leastBody(endpoint, parametersOf(endpoint)));
    if (!endpoint.price) assert.equal(body.cost, null, endpoint.path);
    else if (endpoint.price.per === 'image') assert.equal(body.cost, endpoint.price.first, endpoint.path);
    else assert.ok(body.cost >= endpoint.price.first, endpoint.path);
  }
});
