/**
 * How the second client's file is read. Its SOC codes and places of work rest on Californian law
 * only, which this client has not adopted: they are discarded.
 */
import type { Mapping, MappingColumn } from '../../contract/mapping.ts';
import { eeoCodes, raceCodes } from './mapping-a.ts';

const groupDate = { date: 'DD.MM.YYYY' };
const flag = { codes: { X: 'true', '-': 'false' } };

const columns: Record<string, MappingColumn> = {
  'Personnel No.': { element: 'employment.staffNumber' },
  Surname: { element: 'person.lastName' },
  'First name': { element: 'person.firstName' },
  'Known as': { element: 'person.preferredName' },
  'Date of birth': { element: 'person.dateOfBirth', transform: groupDate },
  'Entry date': { element: 'employment.hireDate', transform: groupDate },
  'Exit date': { element: 'employment.terminationDate', transform: groupDate },
  'Exit reason': { element: 'employment.terminationReason' },
  'Exit by own wish': { element: 'employment.voluntary', transform: flag },
  'Contract state': {
    element: 'employment.status',
    transform: { codes: { '1 - running': 'active', '9 - ended': 'terminated' } },
  },
  'Full/part time': {
    element: 'employment.type',
    transform: { codes: { '100': 'full-time', TZ: 'part-time' } },
  },
  'Place of work': { discard: true },
  Position: { element: 'job.title' },
  'Org unit': { element: 'job.department' },
  'Business area': { element: 'job.division' },
  Site: { element: 'job.location' },
  Superior: { element: 'job.manager' },
  EEO: { element: 'job.eeoCategory', transform: { codes: eeoCodes } },
  SOC: { discard: true },
  'FLSA exempt': {
    element: 'job.flsa',
    transform: { codes: { X: 'exempt', '-': 'non-exempt' } },
  },
  Remuneration: {
    element: 'pay.base',
    transform: { money: { currency: 'USD', decimal: ',', group: '.' } },
  },
  Basis: { element: 'pay.basis', transform: { codes: { Y: 'annual', H: 'hourly' } } },
  Gender: { element: 'demographic.sex', transform: { codes: { '1': 'male', '2': 'female' } } },
  'Hispanic/Latino': { element: 'demographic.hispanicLatino', transform: flag },
  Race: { element: 'demographic.race', transform: { codes: raceCodes } },
  Street: { element: 'contact.street' },
  Town: { element: 'contact.city' },
  Region: { element: 'contact.region' },
  Postcode: { element: 'contact.postalCode', transform: { pad: { length: 5, with: '0' } } },
  'Business e-mail': { element: 'contact.workEmail' },
  'Business phone': { element: 'contact.workPhone' },
  'Private phone': { element: 'contact.personalPhone' },
};

/** `effective` is the day from which the file's job and pay hold. */
export function mappingB(effective: string): Mapping {
  return {
    version: 1,
    columns,
    constants: { 'contact.country': 'US', 'demographic.source': 'self' },
    key: { element: 'employment.staffNumber' },
    effective,
  };
}
