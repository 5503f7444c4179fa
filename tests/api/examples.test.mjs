// The examples in the document are promises like the rest of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertFits, openapi, resolve } from './support/contract.mjs';

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

test('every JSON request has an example that fits its schema', () => {
  let looked = 0;
  for (const { name, operation, where } of operations) {
    if (!operation.requestBody) continue;
    const json = mediaOf([...where, 'requestBody']).filter(({ type }) => type === 'application/json');
    for (const { media, schemaAt } of json) {
      // The provider's own words are in the provider's document.
      if (name === 'receiveBflWebhook') continue;
      const examples = examplesOf(media);
      assert.ok(examples.length > 0, `${name}: no example of the body`);
      for (const example of examples) assertFits(schemaAt, example, `${name}: the example`);
      looked += examples.length;
    }
  }
  assert.ok(looked >= 10, `${looked} examples`);
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
