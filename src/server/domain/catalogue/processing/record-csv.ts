/** The processor's record as a table: one row per statement, each with the provision it answers. */
import { toCsv } from '../../reports/csv.ts';
import type { Party, ProcessingRecord } from './processing-record.ts';

const HEADER = [
  'provision',
  'part',
  'id',
  'name',
  'detail',
  'purposes',
  'data',
  'recipients',
  'country',
  'from',
  'until',
];

type Row = (string | null)[];

/** RFC 4180; cells that a spreadsheet would run get an apostrophe. */
export function recordCsv(record: ProcessingRecord): string {
  const { processor, controller, processing, categories, measures } = record;
  const rows: Row[] = [
    ...partyRows('processor', processor),
    ...partyRows('controller', controller),
    ...processing.map(({ instruction, document, purposes, types, recipients, from, until }) => [
      'Art. 30(2)(b)',
      'processing',
      instruction,
      null,
      `Instruction, document ${document}`,
      purposes.map((purpose) => `${purpose.id}: ${purpose.label}`).join('; '),
      types.join('; '),
      recipients.map((recipient) => recipient.id).join('; '),
      null,
      from,
      until,
    ]),
    ...categories.map(
      ({ id, label, subjects, compartment, sensitivity, elements, retention, dpv }) => [
        'Art. 30(2)(b)',
        'data category',
        id,
        label,
        `${subjects}; compartment ${compartment}; up to ${sensitivity}; ${retention.join(' ')} DPV: ${dpv.join(' ')}`,
        null,
        elements.join('; '),
        null,
        null,
        null,
        null,
      ],
    ),
    ...processing.flatMap(({ instruction, document, recipients, types, from, until }) =>
      recipients.map(({ id, country }) => [
        'Art. 30(2)(c)',
        country === null ? 'recipient' : 'transfer',
        instruction,
        id,
        `Safeguards: as documented in the instruction, ${document}`,
        null,
        types.join('; '),
        id,
        country,
        from,
        until,
      ]),
    ),
    ...measures.map(({ id, promise, enforcedBy }) => [
      'Art. 30(2)(d)',
      'security measure',
      id,
      promise,
      `Enforced by ${enforcedBy}`,
      null,
      null,
      null,
      null,
      null,
      null,
    ]),
  ];
  return toCsv(HEADER, rows);
}

function partyRows(part: string, party: Party): Row[] {
  const row = (kind: string, name: string | null, detail: string | null): Row => [
    'Art. 30(2)(a)',
    kind,
    null,
    name ?? 'not stated',
    detail,
    ...new Array<null>(6).fill(null),
  ];
  const address = [party.address, party.contact].filter((line) => line !== null).join('; ');
  return [
    row(part, party.name, address === '' ? 'address and contact not stated' : address),
    ...(party.representative === null
      ? []
      : [row(`${part}’s representative`, party.representative, null)]),
    ...(party.dataProtectionOfficer === null
      ? []
      : [row(`${part}’s data protection officer`, party.dataProtectionOfficer, null)]),
  ];
}
