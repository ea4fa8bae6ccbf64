// Rule files: what cannot be carried out as it is written is refused with file, line and reason.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Engine } from './engine.ts';
import type { DetectedEvent } from './event.ts';
import { loadRules, RuleError } from './load-rules.ts';

const directory = mkdtempSync(join(tmpdir(), 'rules-'));
after(() => rmSync(directory, { recursive: true }));

const event = (op: string, at = 0): DetectedEvent => ({
  ...{ client: 'provider', index: 1, at },
  fields: new Map([['op', op]]),
});

describe('files', () => {
  const head = (name: string) =>
    `title: T\nid: ${crypto.randomUUID()}\nname: ${name}\ndescription: D\nstatus: test\ndate: 2026-01-01\nlevel: low\n`;
  const detection = (text: string) =>
    `${head('one-rule')}logsource: {product: worksmartly, service: ledger}\ndetection:\n${text}`;
  const load = (...files: string[]) => {
    const folder = mkdtempSync(join(directory, 'f'));
    for (const [i, text] of files.entries()) writeFileSync(join(folder, `${i}.yml`), text);
    return loadRules(folder);
  };
  const faultsOf = (...files: string[]) => {
    try {
      load(...files);
    } catch (error) {
      assert.ok(error instanceof RuleError);
      return error.faults.map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
    }
    return [];
  };
  const good = detection('  selection: {op: x}\n  condition: selection\n');

  test('what does not parse is refused with file, line and reason', () => {
    const wrong: [string, RegExp][] = [
      ['title: [', /^0\.yml:1: YAML/],
      [
        detection('  selection: {op: x}\n  condition: selection and\n'),
        /^0\.yml:11: detection\.condition: ends too early/,
      ],
      [
        detection('  selection: {op|unheard: x}\n  condition: selection\n'),
        /^0\.yml:10: detection\.selection: op\|unheard has the modifier "unheard"/,
      ],
      [detection('  selection: {op|re: "(a"}\n  condition: selection\n'), /regular expression/],
      [
        detection('  selection: {op|re: "(a)\\\\1"}\n  condition: selection\n'),
        /regular expression/,
      ],
      [detection('  selection: {op|gt: many}\n  condition: selection\n'), /needs a number/],
      [detection('  selection: {op|cidr: 10.0.0.1}\n  condition: selection\n'), /network/],
      [detection('  selection: {op: x}\n'), /condition: is missing/],
      [
        detection('  selection: {op: x}\n  other: {op: y}\n  condition: selection\n'),
        /^0\.yml:11: detection\.other: is not used/,
      ],
      [good.replace('level: low', 'level: grave'), /^0\.yml:7: level/],
      [`${good}surprise: 1\n`, /surprise: no such field/],
      [good.replace(/id: .*/, 'id: 1'), /^0\.yml:2: id/],
    ];
    for (const [text, words] of wrong) {
      const faults = faultsOf(text);
      assert.ok(
        faults.some((fault) => words.test(fault)),
        `${text}\n${faults.join('\n')}`,
      );
    }
    assert.deepEqual(faultsOf(good), []);
    assert.throws(() => loadRules(join(directory, 'nowhere')), RuleError);
    assert.throws(() => load(), /holds no rule/);
  });

  test('so is a correlation that cannot be counted', () => {
    const correlation = (text: string) => `${head('all-of-them')}correlation:\n${text}`;
    const of = (more: string) =>
      correlation(
        `  type: event_count\n  rules: [one-rule]\n  group-by: [user]\n  timespan: 5m\n${more}`,
      );
    const wrong: [string, RegExp][] = [
      [of(''), /condition: says no number/],
      [of('  condition: {gte: 99999}\n'), /at most 5000/],
      [of('  condition: {gte: 2, field: op}\n'), /names a field/],
      [of('  condition: {gte: 2}\n').replace('5m', '5w'), /timespan/],
      [of('  condition: {gte: 2}\n').replace('one-rule', 'no-rule'), /not the name or id/],
      [of('  condition: {gte: 2}\n').replace('event_count', 'temporal'), /is not for temporal/],
      [of('  condition: {gte: 2}\n').replace('event_count', 'value_count'), /names no field/],
      [of('  condition: {gte: 2}\n').replace('event_count', 'median'), /type/],
    ];
    for (const [text, words] of wrong) {
      const faults = faultsOf(good, text);
      assert.ok(
        faults.some((fault) => words.test(fault) && fault.startsWith('1.yml:')),
        faults.join('\n'),
      );
    }
    const rules = load(good, of('  condition: {gte: 2}\n'));
    assert.equal(rules.detections[0]!.alerts, false, 'what is only counted does not alert');
    const both = load(good, `${of('  condition: {gte: 2}\n')}generate: true\n`);
    assert.equal(both.detections[0]!.alerts, true);
  });

  test('whoever can set off a rule at will fills no ledger with alerts', () => {
    const engine = new Engine(load(good));
    const hits = Array.from({ length: 500 }, (_, i) => engine.feed(event('x', i)));
    assert.equal(hits.flat().length, 20);
    assert.equal(engine.feed(event('x', 3_600_000)).length, 1);
  });
});
