/** The person file: records by type, each element with why it is held, by which mandate, until when. */
import type { Catalogue, RecordType } from '../../../catalogue/catalogue.ts';
import { retentionWords } from '../../../catalogue/words.ts';
import { toId } from '../../../contract/ids.ts';
import type { OpenedRecord } from '../../vault/store.ts';
import { isStoredDocument, shownDocument } from '../../vault/stored-document.ts';
import type { Grant } from '../operation.ts';
import { collectAgainBy } from './collect-again-by.ts';
import { type EmploymentDates, keepUntil } from './keep-until.ts';

/** What is the same for every person: the words of an element's procedure. */
interface Procedure {
  readonly label: string;
  readonly sensitivity: string;
  readonly why: string;
  readonly mandates: readonly string[];
  readonly retention: string;
}

const procedures = new WeakMap<RecordType, Map<string, Procedure>>();

/** The file as answered, from the opened records of one person. */
export function personFile(grant: Grant, subject: string, records: readonly OpenedRecord[]) {
  const dates = employmentDates(records);
  const byType = new Map<string, OpenedRecord[]>();
  for (const record of records) {
    const list = byType.get(record.body.t);
    if (list) list.push(record);
    else byType.set(record.body.t, [record]);
  }
  const types = grant.catalogue.types
    .filter((type) => byType.has(type.id))
    .map((type) => {
      const held = byType.get(type.id)!.sort(byEffectiveDate);
      const present = (record: OpenedRecord) => presentRecord(grant, type, record, dates);
      const history = held.filter((record) => !record.current);
      return {
        id: type.id,
        label: type.label,
        compartment: type.compartment,
        records: held.filter((record) => record.current).map(present),
        ...(history.length > 0 && { history: history.map(present) }),
      };
    });
  return { id: toId('subject', subject), types };
}

/** One record as answered. `dates` start the clocks that depend on an employment. */
export function presentRecord(
  grant: Grant,
  type: RecordType,
  opened: OpenedRecord,
  dates: EmploymentDates,
) {
  const { record, revision, body } = opened;
  const { from, until, at, by, via } = body;
  const known = proceduresOf(grant.catalogue, type);
  const elements = [];
  for (const element of type.elements) {
    const value = body.e[element.id];
    if (value === undefined || !grant.allows(type.id, element.id)) continue;
    elements.push({
      id: element.id,
      ...known.get(element.id)!,
      value: isStoredDocument(value) ? shownDocument(value) : value,
      keepUntil: keepUntil(element, body, dates),
      collectAgainBy: opened.current ? collectAgainBy(element, body) : null,
    });
  }
  return { id: toId('record', record), revision, from, until, at, by, via, elements };
}

function proceduresOf(catalogue: Catalogue, type: RecordType): Map<string, Procedure> {
  let known = procedures.get(type);
  if (!known) {
    known = new Map();
    for (const { id, label, sensitivity, why, mandates, retention } of type.elements) {
      const words = retentionWords(catalogue, retention);
      const citations = mandates.map((mandate) => mandate.citation);
      known.set(id, { label, sensitivity, why, mandates: citations, retention: words });
    }
    procedures.set(type, known);
  }
  return known;
}

function employmentDates(records: readonly OpenedRecord[]): EmploymentDates {
  const employment = records.find((record) => record.current && record.body.t === 'employment');
  const { hireDate, terminationDate } = employment?.body.e ?? {};
  return { hired: (hireDate as string) ?? null, ended: (terminationDate as string) ?? null };
}

function byEffectiveDate(a: OpenedRecord, b: OpenedRecord): number {
  const [left, right] = [a.body.from ?? '', b.body.from ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  if (a.record !== b.record) return a.record < b.record ? -1 : 1;
  return a.revision - b.revision;
}
