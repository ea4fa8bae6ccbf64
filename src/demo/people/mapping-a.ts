/**
 * How the first client's file is read. `mappingA` leaves out the two columns that no SOP covers, so
 * that the import refuses them by name; `mappingAWithoutUnknown` discards them.
 */
import type { Mapping, MappingColumn } from '../../contract/mapping.ts';
import { eeoLabels, raceLabels, unknownColumnsA } from './staff-file-a.ts';

const usDate = { date: 'MM/DD/YYYY' };
const yesNo = { codes: { Yes: 'true', No: 'false' } };
export const eeoCodes = flipped(eeoLabels);
export const raceCodes = flipped(raceLabels);

const columns: Record<string, MappingColumn> = {
  'Employee ID': { element: 'employment.staffNumber' },
  'Employee Name': {
    elements: [
      {
        element: 'person.lastName',
        transform: { split: { pattern: 'last, first', part: 'last' } },
      },
      {
        element: 'person.firstName',
        transform: { split: { pattern: 'last, first', part: 'first' } },
      },
    ],
  },
  'Middle Initial': { element: 'person.middleName' },
  'Preferred Name': { element: 'person.preferredName' },
  'Birth Date': { element: 'person.dateOfBirth', transform: usDate },
  'Hire Date': { element: 'employment.hireDate', transform: usDate },
  Status: {
    element: 'employment.status',
    transform: { codes: { Active: 'active', Terminated: 'terminated' } },
  },
  'Term Date': { element: 'employment.terminationDate', transform: usDate },
  'Term Reason': { element: 'employment.terminationReason' },
  Voluntary: { element: 'employment.voluntary', transform: yesNo },
  'FT/PT': {
    element: 'employment.type',
    transform: { codes: { FT: 'full-time', PT: 'part-time' } },
  },
  'Work Location Type': {
    element: 'job.remote',
    transform: {
      codes: {
        'On site': 'on-site',
        Hybrid: 'hybrid',
        Remote: 'remote-in-state',
        'Remote (other state)': 'remote-out-of-state',
      },
    },
  },
  'Job Title': { element: 'job.title' },
  Department: { element: 'job.department' },
  Division: { element: 'job.division' },
  Establishment: { element: 'job.location' },
  'Manager ID': { element: 'job.manager' },
  'EEO-1 Category': { element: 'job.eeoCategory', transform: { codes: eeoCodes } },
  SOC: { element: 'job.socCode' },
  FLSA: {
    element: 'job.flsa',
    transform: { codes: { Exempt: 'exempt', 'Non-exempt': 'non-exempt' } },
  },
  'Pay Rate': {
    element: 'pay.base',
    transform: { money: { currency: 'USD', decimal: '.', group: ',' } },
  },
  'Pay Basis': {
    element: 'pay.basis',
    transform: { codes: { Salary: 'annual', Hourly: 'hourly' } },
  },
  Sex: { element: 'demographic.sex', transform: { codes: { F: 'female', M: 'male' } } },
  'Hispanic or Latino': { element: 'demographic.hispanicLatino', transform: yesNo },
  Race: { element: 'demographic.race', transform: { codes: raceCodes } },
  'Street Address': { element: 'contact.street' },
  City: { element: 'contact.city' },
  State: { element: 'contact.region' },
  ZIP: { element: 'contact.postalCode', transform: { pad: { length: 5, with: '0' } } },
  'Work E-mail': { element: 'contact.workEmail' },
  'Work Phone': { element: 'contact.workPhone' },
  'Home Phone': { element: 'contact.personalPhone' },
};

/** `effective` is the day from which the file's job and pay hold. */
export function mappingA(effective: string): Mapping {
  return {
    version: 1,
    columns,
    constants: { 'contact.country': 'US', 'demographic.source': 'self' },
    key: { element: 'employment.staffNumber' },
    effective,
  };
}

/** The same, after a person has decided to leave the two columns out. */
export function mappingAWithoutUnknown(effective: string): Mapping {
  const discarded = unknownColumnsA.map((header) => [header, { discard: true }] as const);
  return { ...mappingA(effective), columns: { ...columns, ...Object.fromEntries(discarded) } };
}

function flipped(labels: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([code, label]) => [label, code]));
}
