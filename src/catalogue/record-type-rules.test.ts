import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adoptCatalogue } from './adopt.ts';
import type { RecordType } from './catalogue.ts';
import { findType } from './find.ts';
import { loadCatalogue } from './load.ts';
import { printManual } from './manual.ts';
import { recordTypeFaults, referenceFaults } from './record-type-rules.ts';

const shipped = loadCatalogue(new URL('../../catalogue', import.meta.url).pathname);
const type = (id: string, change: Partial<RecordType> = {}): RecordType => ({
  ...findType(shipped, id)!,
  ...change,
});
const reasons = (of: RecordType) => recordTypeFaults(of).map(({ reason }) => reason);

test('every type with many records says what tells them apart, and no other type does', () => {
  for (const each of shipped.types) {
    assert.equal(each.identifiedBy !== undefined, each.cardinality === 'many', each.id);
  }
  const { identifiedBy: _, ...bare } = type('training');
  assert.deepEqual(reasons(bare), [
    'identifiedBy: is missing: say what tells one record from another',
  ]);
  assert.equal(reasons(type('employment', { identifiedBy: ['staffNumber'] })).length, 1);
});

test('free text, a document, an unknown and a repeated element tell nothing apart', () => {
  for (const identifiedBy of [['text'], ['nothing'], ['date', 'date']]) {
    assert.equal(reasons(type('evaluation', { identifiedBy })).length, 1, identifiedBy.join());
  }
  assert.equal(reasons(type('document', { identifiedBy: ['file'] })).length, 1);
});

test('a reference starts from required elements and finds a record of the client by what identifies it', () => {
  const enrolment = type('enrolment');
  const faults = (refersTo: RecordType['refersTo']) => {
    const changed = { ...enrolment, refersTo: refersTo! };
    return [...reasons(changed), ...referenceFaults([...shipped.types, changed])].length;
  };
  const by = { programme: 'name' };
  assert.equal(faults([{ type: 'programme', by, where: { kind: 'training' } }]), 0);
  assert.equal(faults([{ type: 'programme', by: { status: 'name' } }]), 1);
  assert.equal(faults([{ type: 'programme', by: { programme: 'kind' } }]), 1);
  assert.equal(faults([{ type: 'programme', by, where: { name: 'x' } }]), 1);
  assert.equal(faults([{ type: 'programme', by, dated: 'status' }]), 1);
  assert.equal(faults([{ type: 'employment', by }]), 1);
  assert.equal(faults([{ type: 'nothing', by }]), 1);
});

test('what a client did not adopt does not tell its records apart', () => {
  const elements = type('benefitEnrolment').elements.map((element) =>
    element.id === 'electedOn' ? { ...element, mandates: [] } : element,
  );
  const whole = { ...shipped, types: [type('benefitEnrolment', { elements })] };
  assert.deepEqual(adoptCatalogue(whole, ['US']).types[0]!.identifiedBy, ['programme']);
});

test('the manual says what identifies a record, what stays and what must exist', () => {
  const manual = printManual(shipped);
  const start = manual.indexOf('<a id="acknowledgement"></a>');
  const section = manual.slice(start, manual.indexOf('| Element |', start));
  assert.match(section, /A record is known by `policy` and `version`\./);
  assert.match(section, /nobody corrects, ends or deletes/);
  assert.match(section, /`policy` and `version` must name a `policyVersion`\./);
  assert.match(manual, /`programme` must name a `programme` whose kind is wellness, not ended on/);
});
