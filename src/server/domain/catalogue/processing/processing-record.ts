/** What a processor must record of the processing for one controller (GDPR Art. 30(2)), from what is in
 * force: the client's instructions, the procedures it adopted, the promises that are code. */
import type { Catalogue, RecordType } from '../../../../catalogue/catalogue.ts';
import { retentionWords } from '../../../../catalogue/words.ts';
import { toId } from '../../../../contract/ids.ts';
import { PROMISES } from '../../../../contract/promises.ts';
import { isInForce } from '../../../ledger/authority.ts';
import { readProfile } from '../../clients/client-profile.ts';
import type { Call } from '../../operation.ts';

/** (a): a processor or controller. */
export interface Party {
  readonly name: string | null;
  readonly address: string | null;
  readonly contact: string | null;
  readonly representative: string | null;
  readonly dataProtectionOfficer: string | null;
}

/** (b): what one instruction has the processor do. Times are ISO; `until` null is open. */
export interface Processing {
  readonly instruction: string;
  readonly document: string;
  readonly from: string;
  readonly until: string | null;
  readonly purposes: readonly { readonly id: string; readonly label: string }[];
  readonly types: readonly string[];
  readonly recipients: readonly Recipient[];
}

/** (c): `country` is ISO 3166-1 alpha-2, null where the instruction names none. */
export interface Recipient {
  readonly id: string;
  readonly country: string | null;
}

/** What is processed: one record type. */
export interface DataCategory {
  readonly id: string;
  readonly label: string;
  readonly subjects: string;
  readonly compartment: string;
  readonly sensitivity: string;
  readonly elements: readonly string[];
  readonly retention: readonly string[];
  /** Keys of the DPV, with their prefix. */
  readonly dpv: readonly string[];
}

export interface ProcessingRecord {
  readonly client: string;
  readonly at: string;
  readonly catalogue: { readonly version: number; readonly sha256: string };
  readonly processor: Party;
  readonly controller: Party;
  readonly processing: readonly Processing[];
  readonly categories: readonly DataCategory[];
  /** (d). */
  readonly measures: readonly {
    readonly id: string;
    readonly promise: string;
    readonly enforcedBy: string;
  }[];
}

/** The record as of the call. */
export async function processingRecord(call: Call): Promise<ProcessingRecord> {
  const { house, state, grant, at } = call;
  const { catalogue } = grant!;
  const { name, ...contact } = await readProfile(house, state);
  const instructions = [...state.authority.instructions.values()].filter((i) => isInForce(i, at));
  const { version = 0, sha256 = '' } = state.authority.catalogue ?? {};
  return {
    client: toId('client', state.id),
    at: new Date(at).toISOString(),
    catalogue: { version, sha256 },
    processor: house.provider,
    controller: { ...NOBODY, ...contact, name },
    processing: instructions.map(({ fact, from, until }) => ({
      instruction: fact.id,
      document: fact.document,
      from: new Date(from).toISOString(),
      until: Number.isFinite(until) ? new Date(until).toISOString() : null,
      purposes: fact.purposes.map((id) => ({ id, label: purposeLabel(catalogue, id) })),
      types: fact.types,
      recipients: fact.recipients.map(recipientOf),
    })),
    categories: catalogue.types.map((type) => categoryOf(catalogue, type)),
    measures: Object.entries(PROMISES).map(([id, { promise, enforcedBy }]) => ({
      id,
      promise,
      enforcedBy,
    })),
  };
}

const NOBODY: Omit<Party, 'name'> = {
  address: null,
  contact: null,
  representative: null,
  dataProtectionOfficer: null,
};

/** `KE:payroll-partner` is a recipient in Kenya. */
function recipientOf(token: string): Recipient {
  const named = /^([A-Z]{2}):(.+)$/.exec(token);
  return named ? { id: named[2]!, country: named[1]! } : { id: token, country: null };
}

function purposeLabel(catalogue: Catalogue, id: string): string {
  return catalogue.codeLists.purpose?.codes[id] ?? id;
}

function categoryOf(catalogue: Catalogue, type: RecordType): DataCategory {
  const { id, label, compartment, elements } = type;
  const retention = elements.map((element) => retentionWords(catalogue, element.retention));
  return {
    id,
    label,
    compartment,
    subjects: type.about === 'subject' ? 'staff' : 'none: about the client itself',
    sensitivity: elements
      .map((element) => element.sensitivity)
      .sort()
      .at(-1)!,
    elements: elements.map((element) => element.label),
    retention: [...new Set(retention)],
    dpv: [...new Set(elements.map((element) => element.taxonomy.dpv))].sort(),
  };
}
