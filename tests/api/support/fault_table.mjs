// The table of faults and outcomes in docs/provider.md, as data.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './processes.mjs';

const DOCUMENT = path.join(root, 'docs/provider.md');
const TIMES = [['once', 1], ['three times', 3], ['for ever', -1]];
const SUBMIT = '/v1/flux-pro-1.1';
const ENDPOINT = { submit: SUBMIT, poll: '/v1/get_result', download: '/results', webhook: SUBMIT };

/** Every kind of fault that the emulator knows, from its source. */
export function faultKinds() {
  const source = fs.readFileSync(path.join(root, 'src/emulator/faults.h'), 'utf8');
  const [, names] = source.match(/BOOST_DESCRIBE_ENUM\(FaultKind,([^)]*)\)/);
  return names.split(',').map((name) => name.trim().replace(/(?<=.)([A-Z])/g, '_$1').toLowerCase());
}

/** What the emulator is told: `status 500`, taken → {fault: 'status', status: 500, after: true}. */
function faultOf(text) {
  const [, kind, status, taken] = text.match(/^`(\w+)(?: (\d+))?`(, taken)?$/) ?? assert.fail(`no fault: ${text}`);
  return { fault: kind, ...(status && { status: Number(status), body: '{}' }), ...(taken && { after: true }) };
}

/** `provider_busy`, succeeded, 3 of 4 → what the job must look like. */
function outcomeOf(text) {
  const share = text.match(/^(\d) of (\d)$/);
  if (share) return { good: Number(share[1]), samples: Number(share[2]) };
  const code = text.match(/^`(\w+)`$/)?.[1];
  assert.ok(code || text === 'succeeded', `no outcome: ${text}`);
  return code ? { good: 0, code } : { good: 1 };
}

/** [{at, fault, kind, webhooks, samples, cells: [{title, fault, outcome}]}] in the order of the document. */
export function faultTable() {
  const section = fs.readFileSync(DOCUMENT, 'utf8').split(/^## /m).find((one) => one.startsWith('Every fault\n'));
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  const [head, , ...rows] = lines.map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  assert.deepEqual(head, ['at', 'fault', ...TIMES.map(([name]) => name)]);
  return rows.map(([at, text, ...cells]) => {
    const fault = { match: { endpoint: ENDPOINT[at.split(',')[0]] }, ...faultOf(text) };
    const outcomes = cells.map(outcomeOf);
    const samples = Math.max(1, ...outcomes.map((outcome) => outcome.samples ?? 1));
    return {
      at, kind: fault.fault, samples, webhooks: at.includes('webhook'),
      cells: outcomes.map((outcome, i) => ({
        title: `${at}: ${text.replaceAll('`', '')}, ${TIMES[i][0]}`,
        fault: { ...fault, times: TIMES[i][1] }, outcome, samples,
      })),
    };
  });
}
