/** The terms of the W3C Data Privacy Vocabulary (2.x) that the processor's record uses beside those that
 * elements carry (catalogue/taxonomies.yaml). A test holds the record to them. */
import type { Purpose } from '../../../../catalogue/catalogue.ts';

/** Inline: whoever reads the record fetches nothing. */
export const CONTEXT = {
  dpv: 'https://w3id.org/dpv#',
  pd: 'https://w3id.org/dpv/pd#',
  dct: 'http://purl.org/dc/terms/',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
} as const;

export const DPV_TERMS = [
  'dpv:DataController',
  'dpv:DataProcessingRecord',
  'dpv:DataProcessor',
  'dpv:DataProtectionOfficer',
  'dpv:Employee',
  'dpv:HumanResourceManagement',
  'dpv:InternalResourceOptimisation',
  'dpv:LegalCompliance',
  'dpv:PersonalDataProcess',
  'dpv:PersonnelManagement',
  'dpv:Recipient',
  'dpv:Representative',
  'dpv:StorageDuration',
  'dpv:TechnicalOrganisationalMeasure',
  'dpv:TechnicalServiceProvision',
  'dpv:ThirdCountry',
  'dpv:hasAddress',
  'dpv:hasContact',
  'dpv:hasCountry',
  'dpv:hasDataController',
  'dpv:hasDataProcessor',
  'dpv:hasDataProtectionOfficer',
  'dpv:hasDataSubject',
  'dpv:hasName',
  'dpv:hasPersonalData',
  'dpv:hasProcess',
  'dpv:hasPurpose',
  'dpv:hasRecipient',
  'dpv:hasRepresentative',
  'dpv:hasStorageCondition',
  'dpv:hasTechnicalOrganisationalMeasure',
] as const;

export type DpvTerm = (typeof DPV_TERMS)[number];

/** The nearest purpose of the vocabulary; our own words stand beside it. */
export const PURPOSES: Readonly<Record<Purpose, DpvTerm>> = {
  'hr-administration': 'dpv:PersonnelManagement',
  import: 'dpv:PersonnelManagement',
  reporting: 'dpv:HumanResourceManagement',
  support: 'dpv:TechnicalServiceProvision',
  study: 'dpv:InternalResourceOptimisation',
  'statutory-report': 'dpv:LegalCompliance',
};
