/** The policies of the client with their versions, and which one is in force. */
import { toId } from '../../../contract/ids.ts';
import type { OpenedRecord } from '../../vault/store.ts';
import type { DomainOperation } from '../operation.ts';
import { currentVersion } from './current-version.ts';
import { readOwn } from './read-own.ts';
import { lastDay, textOf } from './shown-values.ts';

const TYPES = ['policy', 'policyVersion'];

export const listPolicies: DomainOperation = {
  types: () => TYPES,
  async run(call) {
    const today = new Date(call.at).toISOString().slice(0, 10);
    const own = await readOwn(call, new Set(TYPES));
    return {
      work: own.work,
      answer(committed) {
        const records = own.open(committed);
        const policies = records.filter(({ body }) => body.t === 'policy').sort(byName);
        return { items: policies.map((policy) => present(policy, records, today)) };
      },
    };
  },
};

function present(policy: OpenedRecord, records: readonly OpenedRecord[], today: string) {
  const { e } = policy.body;
  const name = String(e.name);
  const versions = records.filter(
    ({ body }) => body.t === 'policyVersion' && body.e.policy === name,
  );
  const current = currentVersion(records, name, today);
  return {
    id: toId('record', policy.record),
    name,
    kind: textOf(e.kind),
    owner: textOf(e.owner),
    current: current ? toId('record', current.record) : null,
    versions: versions.map(({ record, body }) => ({
      id: toId('record', record),
      version: String(body.e.version),
      from: textOf(body.e.from) ?? body.from,
      until: lastDay(body),
    })),
  };
}

function byName(a: OpenedRecord, b: OpenedRecord): number {
  return String(a.body.e.name).localeCompare(String(b.body.e.name), 'en');
}
