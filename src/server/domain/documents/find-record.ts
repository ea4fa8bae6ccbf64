/** The record to which documents belong, and its elements that hold documents. */
import type { Element, RecordType } from '../../../catalogue/catalogue.ts';
import { findType } from '../../../catalogue/find.ts';
import { parseId } from '../../../contract/ids.ts';
import { badInput, notFound } from '../../fault.ts';
import type { OpenedRecord } from '../../vault/store.ts';
import type { Call } from '../operation.ts';
import { type About, ownerOf } from '../records/owner.ts';

export interface FoundRecord {
  /** The person, or the client itself, as the store names them. */
  readonly owner: string;
  readonly type: RecordType;
  /** The owner's wrapped keyring. */
  readonly keyring: Buffer;
  /** The revision in force. */
  readonly current: OpenedRecord;
  /** The earlier revisions, where they were asked for. */
  readonly earlier: readonly OpenedRecord[];
}

/** Throws notFound. */
export async function findRecord(
  about: About,
  call: Call,
  history?: 'history',
): Promise<FoundRecord> {
  const { grant, input } = call;
  const owner = ownerOf(about, input);
  const record = parseId('record', input.params.rec)!;
  const type = findType(grant!.catalogue, input.params.type!)!;
  const person = await grant!.store.read(owner, history);
  const held = person?.records.filter((r) => r.record === record && r.body.t === type.id) ?? [];
  const current = held.find((each) => each.current);
  if (!person || !current) throw notFound();
  const earlier = held.filter((each) => !each.current);
  return { owner, type, keyring: person.keyring, current, earlier };
}

/** Throws badInput for an element that holds no documents. */
export function documentElement(call: Call, type: RecordType, id: string | undefined): Element {
  const element = type.elements.find((each) => each.id === id);
  if (element?.type === 'document' && call.grant!.allows(type.id, element.id)) return element;
  throw badInput('This document cannot be attached.', [
    { at: 'element', reason: 'is not an element of this record type that holds documents' },
  ]);
}
