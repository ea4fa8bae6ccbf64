/** Adds a person with first records; an employment with the staff number is one of them. */
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { findType } from '../../../catalogue/find.ts';
import { toId } from '../../../contract/ids.ts';
import { badInput } from '../../fault.ts';
import type { RecordBody } from '../../vault/store.ts';
import type { DomainOperation } from '../operation.ts';
import { checkReferences } from '../records/check-references.ts';
import { checkSingle } from '../records/identity.ts';
import { withReferred } from '../records/references.ts';
import { changeValues } from './check-values.ts';
import { nextBeginning } from './effective.ts';
import { writeResult } from './write-result.ts';

interface Given {
  readonly records: readonly {
    readonly type: string;
    readonly values: Record<string, unknown>;
    readonly from: string | null;
  }[];
}

export const addPerson: DomainOperation = {
  types(input, catalogue) {
    const types = (input.body as Given).records.map((record) => record.type);
    const faults = types
      .map((type, i) => ({ at: `records[${i}].type`, type: findType(catalogue, type) }))
      .filter(({ type }) => type?.about !== 'subject')
      .map(({ at }) => ({
        at,
        reason: 'is not a record type about people that this client adopted',
      }));
    if (faults.length > 0) throw badInput('This person cannot be added.', faults);
    return withReferred(catalogue, types);
  },
  async run(call) {
    const { grant, input, at, principal } = call;
    const { store, catalogue } = grant!;
    const now = new Date(at).toISOString();
    const { records } = input.body as Given;
    const made = records.map((given): RecordBody => {
      const type = findType(catalogue, given.type)!;
      return {
        t: type.id,
        e: changeValues(catalogue, type, {}, given.values),
        from: type.cardinality === 'effective' ? (given.from ?? now.slice(0, 10)) : given.from,
        until: null,
        at: now,
        by: toId('user', principal.user),
        via: null,
      };
    });
    checkOnce(made, catalogue);
    const bodies = made.map((body) => inItsTurn(body, made, catalogue));
    const number = bodies.find((body) => body.t === 'employment')?.e.staffNumber;
    if (typeof number !== 'string') {
      const reason = 'an employment record with a staff number is needed';
      throw badInput('This person cannot be added.', [{ at: 'records', reason }]);
    }
    for (const [i, body] of bodies.entries()) {
      const before = bodies.slice(0, i).filter(({ t }) => t === body.t);
      checkSingle(catalogue, findType(catalogue, body.t)!, body, before);
    }
    await checkReferences(call, bodies);
    const added = store.add(number, bodies);
    return {
      ...writeResult(added.subject, added, true),
      answer: () => ({
        id: toId('subject', added.subject),
        records: added.records.map(({ record }) => ({ id: toId('record', record), revision: 1 })),
      }),
    };
  },
};

function inItsTurn(body: RecordBody, all: readonly RecordBody[], catalogue: Catalogue): RecordBody {
  if (findType(catalogue, body.t)!.cardinality !== 'effective') return body;
  const others = all.filter((other) => other.t === body.t);
  return { ...body, until: nextBeginning(others, body.from!) };
}

function checkOnce(bodies: readonly RecordBody[], catalogue: Catalogue): void {
  const seen = new Set<string>();
  for (const [i, { t, from }] of bodies.entries()) {
    const { cardinality } = findType(catalogue, t)!;
    const key = cardinality === 'effective' ? `${t} ${from}` : t;
    if (seen.has(key) && cardinality !== 'many') {
      const reason = 'there can be only one record of this type, or of this type from one day';
      throw badInput('This person cannot be added.', [{ at: `records[${i}].type`, reason }]);
    }
    seen.add(key);
  }
}
