// The grammar of rules: what each form means, and that nothing a rule can say takes long or holds much.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compileField } from './compile-field.ts';
import { compileSelection } from './compile-selection.ts';
import { type Condition, ConditionError, evaluate, parseCondition } from './condition.ts';
import { Correlation } from './correlate.ts';
import { encodeValue } from './encode-value.ts';
import type { DetectedEvent, FieldValue } from './event.ts';
import { Novelty } from './novelty.ts';
import { parseTimespan } from './timespan.ts';
import { matchesWildcards, parseWildcards } from './wildcard.ts';

const event = (fields: Record<string, FieldValue>, at = 0): DetectedEvent => ({
  ...{ client: 'provider', index: 1, at },
  fields: new Map(Object.entries(fields)),
});
const is = (key: string, value: unknown, found: FieldValue) =>
  compileField(key, value)(event({ [key.split('|')[0]!]: found }));

describe('conditions', () => {
  const names = ['sel_a', 'sel_b', 'filter', '_hidden'];
  const holds = (text: string, ...held: string[]) =>
    evaluate(parseCondition(text, names), (name) => held.includes(name));

  test('not binds stronger than and, and stronger than or', () => {
    assert.equal(holds('sel_a or sel_b and filter', 'sel_a'), true);
    assert.equal(holds('(sel_a or sel_b) and filter', 'sel_a'), false);
    assert.equal(holds('not sel_a and sel_b', 'sel_b'), true);
    assert.equal(holds('not (sel_a and sel_b)', 'sel_b'), true);
    assert.equal(holds('NOT sel_a AND sel_b', 'sel_b'), true);
  });

  test('one of, all of and them', () => {
    assert.equal(holds('1 of sel_*', 'sel_b'), true);
    assert.equal(holds('all of sel_*', 'sel_b'), false);
    assert.equal(holds('all of them', 'sel_a', 'sel_b', 'filter'), true);
    assert.equal(holds('any of them', '_hidden'), false);
    assert.equal(holds('1 of sel_* and not 1 of fil*', 'sel_a', 'filter'), false);
  });

  test('what is no condition is told in words', () => {
    const wrong: [string, RegExp][] = [
      ['', /empty/],
      ['sel_a and', /too early/],
      ['sel_a sel_b', /go on/],
      ['(sel_a', /without its \)/],
      ['sel_a)', /without its \(/],
      ['unheard', /no search identifier/],
      ['2 of them', /only 1/],
      ['1 of none_*', /finds no/],
      ['1 of', /of what/],
      ['sel_a | count() > 3', /go on/],
      [`${'('.repeat(200)}sel_a${')'.repeat(200)}`, /deeply/],
      ['sel_a or '.repeat(400), /longer/],
    ];
    for (const [text, words] of wrong) {
      assert.throws(
        () => parseCondition(text, names),
        (error: Error) => error instanceof ConditionError && words.test(error.message),
        text,
      );
    }
  });

  test('a condition that is written out means what it meant', () => {
    const tree: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(...names.slice(0, 3)).map((name) => ({ kind: 'name' as const, name })),
        tie('node').map((of) => ({ kind: 'not' as const, of })),
        fc.record({
          kind: fc.constantFrom('and' as const, 'or' as const),
          of: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
        }),
      ),
    })).node;
    const written = (c: Condition): string => {
      if (c.kind === 'name') return c.name;
      if (c.kind === 'not') return `not ${written(c.of)}`;
      return `(${c.of.map(written).join(` ${c.kind} `)})`;
    };
    fc.assert(
      fc.property(tree, fc.subarray(names), (condition, held) => {
        const text = written(condition);
        fc.pre(text.length < 2000);
        const holdsOf = (name: string) => held.includes(name);
        assert.equal(evaluate(parseCondition(text, names), holdsOf), evaluate(condition, holdsOf));
      }),
    );
  });

  test('any text at all is a condition or a ConditionError', () => {
    const word = fc.constantFrom(
      '(',
      ')',
      'and',
      'or',
      'not',
      '1',
      'of',
      'them',
      'sel_a',
      '*',
      '|',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 20 }), (words) => {
        try {
          parseCondition(words.join(' '), names);
        } catch (error) {
          assert.ok(error instanceof ConditionError);
        }
      }),
    );
  });
});

describe('fields', () => {
  test('texts are compared without regard to case, with wildcards that a backslash takes away', () => {
    assert.ok(is('op', 'People.READ', 'people.read'));
    assert.ok(is('op', 'people.*', 'people.read'));
    assert.ok(is('op', 'p?ople.read', 'people.read'));
    assert.ok(!is('op', 'p?ople.read', 'pople.read'));
    assert.ok(is('op', 'a\\*b', 'a*b'));
    assert.ok(!is('op', 'a\\*b', 'axb'));
    assert.ok(!is('op', 'people', 'people.read'));
    assert.ok(!is('op|cased', 'People.read', 'people.read'));
  });

  test('each modifier means what Sigma says', () => {
    const table: [key: string, value: unknown, found: FieldValue, is: boolean][] = [
      ['op|contains', 'LE.RE', 'people.read', true],
      ['op|contains|all', ['people', 'list'], 'people.read', false],
      ['op|contains|all', ['people', 'read'], 'people.read', true],
      ['op|startswith', 'people', 'people.read', true],
      ['op|startswith', 'read', 'people.read', false],
      ['op|endswith', 'read', 'people.read', true],
      ['op|contains|cased', 'READ', 'people.read', false],
      ['op|neq', 'people.read', 'people.list', true],
      ['op|neq', ['people.read', 'people.list'], 'people.list', false],
      ['op|exists', true, 'x', true],
      ['op|exists', true, null, false],
      ['op|exists', false, null, true],
      ['op', null, null, true],
      ['op', null, 'x', false],
      ['rows|gt', 10, 10, false],
      ['rows|gte', 10, 10, true],
      ['rows|lt', 10, '9', true],
      ['rows|lte', 10, 11, false],
      ['rows|gt', 10, null, false],
      ['rows', 10, '10', true],
      ['mirror', true, true, true],
      ['op|re', '^people\\.(read|list)$', 'people.list', true],
      ['op|re', 'PEOPLE', 'people.list', false],
      ['op|re|i', 'PEOPLE', 'people.list', true],
      ['net|cidr', '10.1.0.0/16', '10.1.255.1', true],
      ['net|cidr', '10.1.0.0/16', '10.2.0.1', false],
      ['net|cidr', '2001:db8::/32', '2001:db8::1', true],
      ['at|hour|gte', 22, '2026-11-24T23:10:00.000Z', true],
      ['at|week', 48, '2026-11-24T23:10:00.000Z', true],
      ['reasons', ['a', 'b'], ['c', 'b'], true],
      ['reasons', ['a', 'b'], ['c', 'd'], false],
      ['reasons|all', ['a', 'b'], ['b', 'a'], true],
      ['op|base64', 'foobar', 'Zm9vYmFy', true],
      ['op|base64offset|contains', 'foobar', Buffer.from('xxfoobar!').toString('base64'), true],
      ['op|wide|base64', 'ab', Buffer.from('ab', 'utf16le').toString('base64'), true],
      ['op|windash|contains', ' -f', 'rm /f', true],
    ];
    for (const [key, value, found, expected] of table) {
      assert.equal(is(key, value, found), expected, `${key}: ${JSON.stringify(value)}`);
    }
  });

  test('a field is compared with another one', () => {
    const same = compileField('user|fieldref', 'fact.by');
    assert.ok(same(event({ user: 'usr_a', 'fact.by': 'USR_A' })));
    assert.ok(!same(event({ user: 'usr_a', 'fact.by': 'usr_b' })));
    assert.ok(!same(event({ user: 'usr_a' })));
  });

  test('maps are and, lists of maps are or, keywords stand anywhere', () => {
    const both = compileSelection({ a: 1, b: 2 });
    assert.deepEqual([both(event({ a: 1, b: 2 })), both(event({ a: 1 }))], [true, false]);
    const either = compileSelection([{ a: 1 }, { b: 2 }]);
    assert.deepEqual([either(event({ b: 2 })), either(event({ b: 1 }))], [true, false]);
    const words = compileSelection(['refused', 'Export']);
    assert.deepEqual([words(event({ x: 'an EXPORT' })), words(event({ x: 'y' }))], [true, false]);
    const all = compileSelection({ '|all': ['refused', 'export'] });
    assert.deepEqual(
      [all(event({ x: 'export', y: 'refused' })), all(event({ x: 'export' }))],
      [true, false],
    );
  });

  test('any text is found by itself, in any encoding that a rule can name', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(text, fc.string(), fc.string(), (value, before, behind) => {
        const escaped = value.replace(/[\\*?]/g, '\\$&');
        const around = `${before}${value}${behind}`;
        assert.ok(is('x|contains|cased', escaped, around));
        const encoded = Buffer.from(around).toString('base64');
        assert.ok(encodeValue(value, ['base64offset']).some((part) => encoded.includes(part)));
      }),
    );
  });

  test('wildcards take no longer than length times length, whatever the text', () => {
    const many = parseWildcards(`${'a*'.repeat(200)}b`);
    const began = performance.now();
    assert.equal(matchesWildcards(many, 'a'.repeat(20_000)), false);
    assert.equal(is('x|re', '(a+)+$', `${'a'.repeat(20_000)}b`), false);
    assert.ok(performance.now() - began < 20_000, 'a backtracking match would not end at all');
  });

  test('wildcards agree with the regular expression that says the same', () => {
    const piece = fc.constantFrom('a', 'b', '*', '?');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.stringMatching(/^[ab]{0,8}$/),
        (parts, text) => {
          const same = new RegExp(`^${parts.join('').replaceAll('*', '.*').replaceAll('?', '.')}$`);
          assert.equal(matchesWildcards(parseWildcards(parts.join('')), text), same.test(text));
        },
      ),
    );
  });
});

describe('correlations', () => {
  const rule = (more: object) =>
    new Correlation({
      ...{ kind: 'correlation', id: 'x', name: 'x', title: '', description: '', level: 'low' },
      ...{
        file: '',
        type: 'event_count',
        rules: ['a', 'b'],
        groupBy: ['user'],
        aliases: new Map(),
      },
      ...{ timespan: 1000, isMet: (count: number) => count >= 3, field: null, ...more },
    } as Correlation['rule']);
  const feed = (
    of: Correlation,
    list: [at: number, user: string, rule?: string, value?: FieldValue][],
  ) =>
    list.map(([at, user, found = 'a', value = null]) => of.add(event({ user, value }, at), found));

  test('count within the timespan, by group, and tell once', () => {
    assert.deepEqual(
      feed(rule({}), [
        [0, 'u'],
        [500, 'v'],
        [999, 'u'],
        [1000, 'u'],
        [1500, 'u'],
        [1600, 'u'],
        [1700, 'u'],
        [1800, 'u'],
        [2600, 'u'],
      ]),
      [false, false, false, false, true, false, false, false, true],
    );
  });

  test('different values, sums, and rules in their order', () => {
    const value = { type: 'value_count', field: 'value' };
    assert.deepEqual(
      feed(rule(value), [
        [0, 'u', 'a', ['x', 'y']],
        [1, 'u', 'a', 'x'],
        [2, 'u', 'a', 'z'],
      ]),
      [false, false, true],
    );
    const sum = { type: 'value_sum', field: 'value', isMet: (n: number) => n > 10 };
    assert.deepEqual(
      feed(rule(sum), [
        [0, 'u', 'a', 4],
        [1, 'u', 'a', 6],
        [2, 'u', 'a', 1],
      ]),
      [false, false, true],
    );
    const mean = { type: 'value_avg', field: 'value', isMet: (n: number) => n > 4 };
    assert.deepEqual(
      feed(rule(mean), [
        [0, 'u', 'a', 4],
        [1, 'u', 'a', 6],
      ]),
      [false, true],
    );
    assert.deepEqual(
      feed(rule({ type: 'temporal' }), [
        [0, 'u', 'b'],
        [1, 'u', 'a'],
      ]),
      [false, true],
    );
    const ordered = { type: 'temporal_ordered' };
    assert.deepEqual(
      feed(rule(ordered), [
        [0, 'u', 'b'],
        [1, 'u', 'a'],
        [2, 'u', 'b'],
      ]),
      [false, false, true],
    );
  });

  test('what is held stays bounded, however many users and events there are', () => {
    const counting = rule({ isMet: () => false, timespan: 1e12 });
    for (let i = 0; i < 30_000; i++) counting.add(event({ user: `u${i % 7000}` }, i), 'a');
    for (let i = 0; i < 30_000; i++) counting.add(event({ user: 'one' }, i), 'a');
    assert.ok(counting.size < 40_000, String(counting.size));
    const novelty = new Novelty([]);
    for (let i = 0; i < 9000; i++) {
      novelty.isFirst('r', { fields: ['user'], known: [] }, event({ user: `u${i}` }));
    }
    assert.ok(novelty.list().length <= 4000);
  });

  test('timespans are a number and a unit, up to a day', () => {
    assert.equal(parseTimespan('10m'), 600_000);
    assert.equal(parseTimespan('1d'), 86_400_000);
    for (const text of ['', '10', '0s', '2d', '1w', '-1m', '1.5h']) {
      assert.equal(parseTimespan(text), undefined, text);
    }
  });
});
