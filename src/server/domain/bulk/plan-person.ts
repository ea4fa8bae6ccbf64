/** What a bulk edit would do to one person, by the same rules by which the import will write it. */
import type { RecordType } from '../../../catalogue/catalogue.ts';
import type { OpenedRecord, StoredValue } from '../../vault/store.ts';
import { recordRule } from '../imports/file/record-rule.ts';
import { type HeldRecord, planChanges } from '../imports/plan-changes.ts';
import type { PreviewedChange } from './preview.ts';

export interface Edit {
  readonly set: Readonly<Record<string, StoredValue>>;
  /** The types of what is set. */
  readonly types: readonly RecordType[];
  readonly effective: string | null;
  readonly day: string;
}

export function planPerson(
  { set, types, effective, day }: Edit,
  records: readonly OpenedRecord[],
): { changes: PreviewedChange[]; error: string | null } {
  const changes: PreviewedChange[] = [];
  for (const type of types) {
    const values = valuesOf(set, type.id);
    const held = records
      .filter(({ body }) => body.t === type.id)
      .map(({ record, revision, body }): HeldRecord => {
        const { e, from, until } = body;
        return { record, revision, e, from, until };
      });
    const rule = recordRule(type, new Set(Object.keys(values)), effective === null);
    const planned = planChanges(rule, held, values, effective ?? day);
    if ('refused' in planned) return { changes: [], error: `${type.label}: ${planned.refused}` };
    const [first] = planned;
    if (!first) continue;
    const before = first.replaces?.e ?? {};
    const lacking = first.replaces === null && missingOf(type, values);
    if (lacking) return { changes: [], error: `has no ${type.label} on record that day` };
    for (const [id, value] of Object.entries(values)) {
      const old = before[id] ?? null;
      if (JSON.stringify(old) !== JSON.stringify(value)) {
        changes.push([`${type.id}.${id}`, old, value]);
      }
    }
  }
  return { changes, error: null };
}

function valuesOf(
  set: Readonly<Record<string, StoredValue>>,
  type: string,
): Record<string, StoredValue> {
  const own = Object.entries(set).filter(([id]) => id.startsWith(`${type}.`));
  return Object.fromEntries(own.map(([id, value]) => [id.slice(type.length + 1), value]));
}

function missingOf(type: RecordType, values: Readonly<Record<string, StoredValue>>): boolean {
  return type.elements.some(
    ({ id, required, type: kind }) => required && kind !== 'document' && !(id in values),
  );
}
