/** The processor's record as JSON-LD in the terms of the Data Privacy Vocabulary. */
import type { Purpose } from '../../../../catalogue/catalogue.ts';
import { CONTEXT, type DpvTerm, PURPOSES } from './dpv.ts';
import type { DataCategory, Party, Processing, ProcessingRecord } from './processing-record.ts';

type Node = { readonly [key: string]: unknown };

export function recordJsonLd(record: ProcessingRecord): string {
  const { client, at, catalogue, processor, controller, measures } = record;
  const base = `urn:worksmartly:${client}`;
  const controllerId = `${base}:controller`;
  const processorId = 'urn:worksmartly:processor';
  const measureId = (id: string) => `urn:worksmartly:promise:${id}`;
  const process = (one: Processing) =>
    processNode(record, one, { controllerId, processorId, measureId });
  const graph: Node[] = [
    {
      '@id': `${base}:processing-record`,
      ...typed('dpv:DataProcessingRecord'),
      'dct:title': 'Record of processing of a processor, GDPR Art. 30(2)',
      'dct:issued': { '@type': 'xsd:dateTime', '@value': at },
      'dct:source': `catalogue version ${catalogue.version}, sha256:${catalogue.sha256}`,
      'dpv:hasDataProcessor': { '@id': processorId },
      'dpv:hasDataController': { '@id': controllerId },
      'dpv:hasProcess': record.processing.map((one) => ({ '@id': processId(one) })),
      'dpv:hasTechnicalOrganisationalMeasure': measures.map(({ id }) => ({ '@id': measureId(id) })),
    },
    ...partyNodes(processorId, 'dpv:DataProcessor', processor),
    ...partyNodes(controllerId, 'dpv:DataController', controller),
    ...record.processing.map(process),
    ...record.categories.map((category) => categoryNode(base, category)),
    ...measures.map(({ id, promise, enforcedBy }) => ({
      '@id': measureId(id),
      ...typed('dpv:TechnicalOrganisationalMeasure'),
      'dct:description': promise,
      'dct:source': enforcedBy,
    })),
  ];
  return `${JSON.stringify({ '@context': CONTEXT, '@graph': graph }, null, 2)}\n`;
}

function processNode(
  { client }: ProcessingRecord,
  one: Processing,
  ids: {
    readonly controllerId: string;
    readonly processorId: string;
    readonly measureId: (id: string) => string;
  },
): Node {
  const { instruction, document, from, until, purposes, types, recipients } = one;
  return {
    '@id': processId(one),
    ...typed('dpv:PersonalDataProcess'),
    'dct:title': `Processing under the instruction ${instruction}`,
    'dct:source': document,
    'dct:temporal': `${from}/${until ?? '..'}`,
    'dpv:hasDataController': { '@id': ids.controllerId },
    'dpv:hasDataProcessor': { '@id': ids.processorId },
    'dpv:hasDataSubject': typed('dpv:Employee'),
    'dpv:hasPurpose': purposes.map(({ id, label }) => ({
      '@id': `urn:worksmartly:purpose:${id}`,
      ...typed(PURPOSES[id as Purpose] ?? 'dpv:HumanResourceManagement'),
      'dct:title': label,
    })),
    'dpv:hasPersonalData': types.map((type) => ({ '@id': categoryId(client, type) })),
    'dpv:hasRecipient': recipients.map(({ id, country }) => ({
      ...typed('dpv:Recipient'),
      'dpv:hasName': id,
      ...(country !== null && {
        'dpv:hasCountry': { ...typed('dpv:ThirdCountry'), 'dct:identifier': country },
      }),
    })),
  };
}

/** What one record type holds; a type about the client itself holds no personal data. */
function categoryNode(base: string, category: DataCategory): Node {
  const { id, label, compartment, sensitivity, elements, retention, dpv } = category;
  return {
    '@id': `${base}:data:${id}`,
    '@type': dpv,
    'dct:title': label,
    'dct:description': `${elements.join('; ')} (compartment ${compartment}, up to ${sensitivity})`,
    'dpv:hasStorageCondition': retention.map((words) => ({
      ...typed('dpv:StorageDuration'),
      'dct:description': words,
    })),
  };
}

function partyNodes(id: string, type: DpvTerm, party: Party): Node[] {
  const { name, address, contact, representative, dataProtectionOfficer } = party;
  const other = (kind: DpvTerm, text: string) => ({ ...typed(kind), 'dpv:hasContact': text });
  return [
    {
      '@id': id,
      ...typed(type),
      'dpv:hasName': name ?? 'not stated',
      ...(address !== null && { 'dpv:hasAddress': address }),
      ...(contact !== null && { 'dpv:hasContact': contact }),
      ...(representative !== null && {
        'dpv:hasRepresentative': other('dpv:Representative', representative),
      }),
      ...(dataProtectionOfficer !== null && {
        'dpv:hasDataProtectionOfficer': other('dpv:DataProtectionOfficer', dataProtectionOfficer),
      }),
    },
  ];
}

function processId({ instruction }: Processing): string {
  return `urn:worksmartly:${instruction}`;
}

function categoryId(client: string, type: string): string {
  return `urn:worksmartly:${client}:data:${type}`;
}

function typed(term: DpvTerm): { readonly '@type': DpvTerm } {
  return { '@type': term };
}
