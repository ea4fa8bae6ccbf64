// A whole name gives its parts and loses no word; a name that does not follow the pattern gives none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NamePattern, splitName } from './split-name.ts';

test('parts of invented names', () => {
  const cases: [NamePattern, string, [string, string, string] | null][] = [
    ['last, first', 'Aster, Ben', ['Ben', '', 'Aster']],
    ['last, first', 'Aster,Ben', ['Ben', '', 'Aster']],
    ['last, first', 'Aster,  Ben  C.', ['Ben', 'C.', 'Aster']],
    ['last, first', 'de la Aster, Ben C. D.', ['Ben', 'C. D.', 'de la Aster']],
    ['last, first', 'Aster, Ben C. Jr.', ['Ben', 'C.', 'Aster Jr.']],
    ['last, first', 'Aster, Jr., Ben', ['Ben', '', 'Aster Jr.']],
    ['last, first', 'Aster, Ben, III', ['Ben', '', 'Aster III']],
    ['last, first', 'Aster', null],
    ['last, first', 'Aster,', null],
    ['last, first', ', Ben', null],
    ['last, first', 'Aster, Ben, Carl', null],
    ['first last', 'Ben Aster', ['Ben', '', 'Aster']],
    ['first last', 'Ben C. Aster', ['Ben', 'C.', 'Aster']],
    ['first last', 'Ben van der Aster', ['Ben', '', 'van der Aster']],
    ['first last', 'Ben Aster Jr.', ['Ben', '', 'Aster Jr.']],
    ['first last', 'Ben Aster, Sr.', ['Ben', '', 'Aster Sr.']],
    ['first last', 'Aster', null],
    ['first last', 'Aster, Ben', null],
  ];
  for (const [pattern, name, expected] of cases) {
    const parts = splitName(name, pattern);
    assert.deepEqual(parts && [parts.first, parts.middle, parts.last], expected, name);
  }
});
