// The examples in the document are promises like the rest of it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { assertFits, openapi, resolve } from './support/contract.mjs';
import { root } from './support/processes.mjs';
import { startServe } from './support/servers.mjs';

const operations = Object.entries({ ...openapi.paths, ...openapi.webhooks }).flatMap(([template, methods]) =>
  Object.entries(methods).filter(([, operation]) => operation.operationId).map(([method, operation]) => ({
    name: operation.operationId, operation, where: [template in openapi.paths ? 'paths' : 'webhooks', template, method] })));

const examplesOf = (media) => [...('example' in media ? [media.example] : []),
  ...Object.values(media.examples ?? {}).map(({ value }) => value)];

/** Every media type object below a part of the document, with its place. */
function mediaOf(where) {
  const { value, pointer } = resolve(...where);
  return Object.entries(value?.content ?? {}).map(([type, media]) => ({
    type, media, schemaAt: `${pointer}/content/${type.replaceAll('/', '~1')}/schema` }));
}

test('every request has an example that fits its schema', () => {
  let looked = 0;
  for (const { name, operation, where } of operations) {
    if (!operation.requestBody) continue;
    for (const { type, media, schemaAt } of mediaOf([...where, 'requestBody'])) {
      // The provider's own words are in the provider's document.
      if (name === 'receiveBflWebhook') continue;
      const examples = examplesOf(media);
      assert.ok(examples.length > 0, `${name}: no example of the body as ${type}`);
      for (const example of examples) assertFits(schemaAt, example, `${name}: the example`);
      looked += examples.length;
    }
  }
  assert.ok(looked >= 10, `${looked} examples`);
});

/** Of a list: of what it lists. */
function schemaExamples(schema, pointer) {
  if (schema.example !== undefined) assertFits(pointer, schema.example, pointer);
  if (schema.example !== undefined || schema.examples) return [schema.example, ...(schema.examples ?? [])];
  const at = pointer.split('/').slice(1);
  const items = resolve(...at, 'properties', 'items', 'items');
  return items.value ? schemaExamples(items.value, items.pointer) : [];
}

test('every answer with a body has an example', () => {
  // Pictures, pages and this document are their own examples.
  const shown = (type, name) => !/^image|html|markdown|\*/.test(type) && name !== 'getOpenApi';
  for (const { name, operation, where } of operations) {
    for (const status of Object.keys(operation.responses)) {
      for (const { type, media, schemaAt } of mediaOf([...where, 'responses', status])) {
        if (!shown(type, name) || examplesOf(media).length > 0) continue;
        const { value, pointer } = resolve(...schemaAt.split('/').slice(1).map((part) => part.replaceAll('~1', '/')));
        assert.ok(schemaExamples(value, pointer).length > 0, `${name} ${status}: no example as ${type}`);
      }
    }
  }
});

/** Every problem shown anywhere in the document, with its place. */
function* problemsIn(node, place = '') {
  if (node === null || typeof node !== 'object') return;
  if (String(node.type).startsWith('/docs/errors#')) yield [place, node];
  for (const [name, below] of Object.entries(node)) yield* problemsIn(below, `${place}/${name}`);
}

test('problems are shown with the title and status that their code really has', async (t) => {
  const page = fs.readFileSync(path.join(root, 'docs/errors.md'), 'utf8');
  const sections = [...page.matchAll(/^### (\w+)\n(\d+) ·.*\n\n\*([^*]+)\.\*/gm)];
  const known = new Map(sections.map(([, code, status, title]) => [code, { status: Number(status), title: title.replaceAll('\n', ' ') }]));
  assert.deepEqual([...known.keys()].sort(), [...openapi.components.schemas.Problem.properties.code.enum].sort());
  const examples = [...problemsIn(openapi)];
  assert.ok(examples.length > 20);
  for (const [place, { type, title, status, code }] of examples)
    assert.deepEqual({ type, title, status }, { type: `/docs/errors#${code}`, ...known.get(code) }, place);

  const serve = await startServe();
  t.after(() => serve.stop());
  serve.anonymous.expect(200, await serve.anonymous.get('/docs/errors'));
  const told = (await serve.anonymous.get('/llms.txt')).bytes.toString();
  for (const text of [told, JSON.stringify(openapi)]) assert.ok(!text.includes('docs/errors.md'), 'the page is served as /docs/errors');
  for (const [code, { title }] of known) assert.ok(told.includes(`- \`${code}\`: ${title}. `), `${code}: ${title}`);
});

test('every parameter example fits its schema', () => {
  const parameters = Object.entries(openapi.components.parameters);
  assert.ok(parameters.length > 5);
  for (const [name, { example }] of parameters)
    if (example !== undefined) assertFits(`/components/parameters/${name}/schema`, example, name);
});

test('examples of answers fit, and every refusal has one', () => {
  for (const { name, operation, where } of operations) {
    for (const status of Object.keys(operation.responses)) {
      for (const { type, media, schemaAt } of mediaOf([...where, 'responses', status])) {
        const examples = examplesOf(media);
        if (type === 'application/problem+json') assert.ok(examples.length > 0, `${name} ${status}: no example`);
        for (const example of examples) {
          assertFits(schemaAt, example, `${name} ${status}`);
          if (type === 'application/problem+json' && status !== 'default') assert.equal(String(example.status), status, name);
        }
      }
    }
  }
});

test('every error code has an example, in an answer or in a job', () => {
  const shown = new Set();
  const see = (problem) => shown.add(problem.code);
  for (const response of Object.values(openapi.components.responses))
    for (const media of Object.values(response.content ?? {})) examplesOf(media).filter((one) => one?.code).forEach(see);
  for (const example of openapi.components.schemas.JobError.examples) {
    assertFits('/components/schemas/JobError', example, example.code);
    see(example);
  }
  const { code } = openapi.components.schemas.Problem.properties;
  assert.deepEqual(code.enum.filter((one) => !shown.has(one)), []);
});
