// Checks answers against api/openapi.yaml: what is not written there must not happen.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import YAML from 'yaml';
import { root } from './processes.mjs';

export const openapi = YAML.parse(fs.readFileSync(path.join(root, 'api/openapi.yaml'), 'utf8'));

const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
addFormats(ajv);
ajv.addSchema(openapi, 'openapi');

const escapePointer = (part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1');

/** Follows `$ref`s; returns the value and the JSON Pointer where it really is. */
export function resolve(...parts) {
  let pointer = parts.map((part) => '/' + escapePointer(part)).join('');
  for (;;) {
    let value = openapi;
    for (const part of pointer.split('/').slice(1))
      value = value?.[part.replaceAll('~1', '/').replaceAll('~0', '~')];
    if (!value?.$ref) return { value, pointer };
    pointer = value.$ref.slice(1);
  }
}

const validators = new Map();
function validatorAt(pointer) {
  if (!validators.has(pointer)) validators.set(pointer, ajv.compile({ $ref: 'openapi#' + encodeURI(pointer) }));
  return validators.get(pointer);
}

export function assertFits(pointer, value, what) {
  const validate = validatorAt(pointer);
  if (!validate(value)) {
    const shown = JSON.stringify(value)?.slice(0, 2000);
    assert.fail(`${what} does not fit ${pointer}: ${ajv.errorsText(validate.errors)}\n${shown}`);
  }
}

/** The named schema of components/schemas, applied to a value that came another way, such as SSE. */
export function assertIs(schema, value) {
  assertFits(`/components/schemas/${schema}`, value, schema);
}

const templates = Object.keys(openapi.paths).map((template) => ({
  template,
  pattern: new RegExp('^' + template.replace(/\{[^}]+\}/g, '[^/]+') + '$'),
  parameters: (template.match(/\{/g) ?? []).length,
}));

/** The path of the document that a request path belongs to; literal parts win over parameters. */
export function templateOf(pathname) {
  const fitting = templates.filter(({ pattern }) => pattern.test(pathname));
  fitting.sort((a, b) => a.parameters - b.parameters);
  return fitting[0]?.template;
}

const PROBLEM = 'application/problem+json';

function assertProblem(answer) {
  assert.equal(answer.type, PROBLEM, `${answer.title}: errors are ${PROBLEM}`);
  assertFits('/components/schemas/Problem', answer.body, `${answer.title}: the problem`);
  assert.equal(answer.body.status, answer.status, `${answer.title}: status in the body`);
  assert.equal(answer.body.requestId, answer.headers.get('x-request-id'), `${answer.title}: requestId`);
  if (answer.status === 405) assert.ok(answer.headers.get('allow'), `${answer.title}: Allow`);
  if (answer.status === 401) assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/, answer.title);
  if (answer.status === 429 || answer.status === 503)
    assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/, `${answer.title}: Retry-After`);
}

function documentedResponse(operation, answer, template, method) {
  const { status } = answer;
  const key = String(status) in operation.responses ? String(status) : 'default';
  const documented = resolve('paths', template, method, 'responses', key);
  assert.ok(documented.value, `${answer.title}: status ${status} is not documented`);
  if (key === 'default') assert.ok(status >= 400 && status !== 500, `${answer.title}: status ${status}`);
  return documented;
}

function assertHeaders(operation, documented, answer) {
  for (const name of Object.keys(documented.value.headers ?? {})) {
    const text = answer.headers.get(name);
    if (text === null) continue;
    const { value: header, pointer } = resolve(...documented.pointer.split('/').slice(1).map(unescape), 'headers', name);
    const number = header.schema.type === 'integer' ? Number(text) : text;
    assertFits(`${pointer}/schema`, number, `${answer.title}: header ${name}`);
  }
  if (operation['x-charges'] && answer.status < 300) {
    for (const name of ['x-credits-left', 'x-credits-held'])
      assert.match(answer.headers.get(name) ?? '', /^\d+$/, `${answer.title}: ${name}`);
  }
}

const unescape = (part) => part.replaceAll('~1', '/').replaceAll('~0', '~');

function assertBody(documented, answer) {
  const types = Object.keys(documented.value.content ?? {});
  if (types.length === 0) {
    assert.equal(answer.bytes.length, 0, `${answer.title}: a body, though none is documented`);
    return;
  }
  const type = types.find((candidate) => candidate === answer.type || candidate === '*/*');
  assert.ok(type, `${answer.title}: content type ${answer.type} is not among ${types}`);
  if (type === PROBLEM) assertProblem(answer);
  if (!type.endsWith('json')) return;
  assertFits(`${documented.pointer}/content/${escapePointer(type)}/schema`, answer.body, answer.title);
}

/** `answer`: {title, status, headers, type, bytes, body}. Fails when the document does not allow it. */
export function assertDocumented(method, pathname, answer) {
  assert.match(answer.headers.get('x-request-id') ?? '', /^[A-Za-z0-9._-]{1,64}$/, `${answer.title}: X-Request-Id`);
  const template = templateOf(pathname);
  const operation = template && openapi.paths[template][method.toLowerCase()];
  if (!operation) {
    const expected = template ? [405, 404] : [404, 400, 414];
    assert.ok(expected.includes(answer.status), `${answer.title}: what is not documented is not there`);
    assertProblem(answer);
    return;
  }
  const documented = documentedResponse(operation, answer, template, method.toLowerCase());
  assertHeaders(operation, documented, answer);
  assertBody(documented, answer);
}
