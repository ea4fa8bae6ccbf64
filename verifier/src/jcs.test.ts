import assert from 'node:assert/strict';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { jcs } from './jcs.ts';

test('the example of RFC 8785 has its canonical text', () => {
  const value = {
    // biome-ignore lint/correctness/noPrecisionLoss: the RFC's example is about exactly this
    numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  };
  const text =
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
    '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';
  assert.equal(jcs(value), text);
});

test('keys are sorted by UTF-16 code units, not by code points', () => {
  const value = {
    '\u20ac': 1,
    '\r': 2,
    '\ufb33': 3,
    '1': 4,
    '\ud83d\ude00': 5,
    '\u0080': 6,
    '\u00f6': 7,
  };
  assert.equal(jcs(value), '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
});

test('any JSON value has the text that an independent library gives it', () => {
  const value = fc.jsonValue({ noUnicodeString: false });
  fc.assert(fc.property(value, (some) => assert.equal(jcs(some), canonicalize(some))));
});

test('what has no JSON form is refused', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const values: unknown[] = [
    undefined,
    { a: undefined },
    [undefined],
    new Array(1),
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1n,
    () => 1,
    Symbol('s'),
    new Date(0),
    new Map(),
    Buffer.from('x'),
    '\ud800',
    { '\udc00': 1 },
    cyclic,
  ];
  for (const value of values) assert.throws(() => jcs(value), TypeError);
});

test('with integersOnly, numbers that are not safe integers are refused', () => {
  for (const value of [0.5, 1e21, -0, 2 ** 53]) {
    assert.throws(() => jcs([value], { integersOnly: true }), TypeError);
    assert.doesNotThrow(() => jcs([value]));
  }
  assert.equal(jcs([0, -1, 2 ** 53 - 1], { integersOnly: true }), '[0,-1,9007199254740991]');
});
