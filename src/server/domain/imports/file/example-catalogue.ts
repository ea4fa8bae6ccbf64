// An invented catalogue for this folder's tests: what it holds shall not move with the real one.
import assert from 'node:assert/strict';
import type {
  Catalogue,
  Element,
  ElementType,
  RecordType,
} from '../../../../catalogue/catalogue.ts';
import { type Mapping, mappingSchema } from '../../../../contract/mapping.ts';
import { type CompiledMapping, compileMapping } from './compile-mapping.ts';

export const whole = catalogueOf([
  typeOf('person', 'one', [
    ['lastName', 'text', true],
    ['firstName', 'text', true],
    ['middleName', 'text'],
    ['dateOfBirth', 'date'],
  ]),
  typeOf('employment', 'one', [
    ['staffNumber', 'identifier', true],
    ['hireDate', 'date', true],
  ]),
  typeOf('job', 'effective', [
    ['title', 'text', true],
    ['manager', 'identifier'],
    ['remote', 'boolean'],
    ['soc', 'code', false, 'US-CA'],
  ]),
  typeOf('contact', 'one', [
    ['postalCode', 'text'],
    ['email', 'email'],
  ]),
  typeOf('pay', 'effective', [
    ['base', 'money', true],
    ['basis', 'code', true],
    ['hours', 'number'],
  ]),
  { ...typeOf('programme', 'many', [['name', 'text']]), about: 'client' as const },
]);
/** What a client of US federal law alone holds of it. */
export const adopted: Catalogue = {
  ...whole,
  types: whole.types.map((type) => ({
    ...type,
    elements: type.elements.filter((element) => element.mandates[0]?.jurisdiction === 'US'),
  })),
};

export const key: Mapping['key'] = { element: 'employment.staffNumber' };
export const usd = { money: { currency: 'USD', decimal: '.' as const, group: ',' as const } };

/** Checks the mapping as the border does and compiles it, or fails the test. */
export function compile(mapping: Mapping, headers: string[]): CompiledMapping {
  const compiled = compileMapping({ adopted, whole }, mappingSchema.parse(mapping), headers);
  assert.ok(!('faults' in compiled), JSON.stringify(compiled));
  return compiled;
}

function catalogueOf(types: RecordType[]): Catalogue {
  return {
    version: 1,
    codeLists: { list: { label: 'List', codes: { annual: 'A', hourly: 'H' } } },
    types,
  };
}

function typeOf(
  type: string,
  cardinality: RecordType['cardinality'],
  elements: [string, ElementType, boolean?, string?][],
): RecordType {
  return {
    id: type,
    label: type,
    about: 'subject',
    compartment: 'personnel',
    cardinality,
    elements: elements.map(([element, kind, required, jurisdiction]) =>
      elementOf(element, kind, required, jurisdiction),
    ),
  };
}

function elementOf(
  element: string,
  type: ElementType,
  required = false,
  jurisdiction = 'US',
): Element {
  return {
    id: element,
    label: element,
    why: 'test',
    type,
    sensitivity: 'R2',
    purposes: ['import'],
    frequency: 'on change',
    retention: { minimum: null, trigger: 'end', maximum: 'P1Y' },
    mandates: [{ citation: 'test', jurisdiction, checkedOn: '2026-01-01' }],
    reviewedOn: '2026-01-01',
    reviewDue: '2027-01-01',
    taxonomy: { fideslang: 'user', dpv: 'dpv:PersonalData' },
    required,
    ...(type === 'code' ? { codes: 'list' } : {}),
  };
}
