/** The policies of the client with their versions, which one is in force, and how many have acknowledged
 * each when asked. */
import { toId } from '../../../contract/ids.ts';
import type { OpenedRecord } from '../../vault/store.ts';
import type { DomainOperation } from '../operation.ts';
import { type Counted, countByReport, countedTypes } from './count-by-report.ts';
import { currentVersion } from './current-version.ts';
import { readOwn } from './read-own.ts';
import { lastDay, textOf } from './shown-values.ts';

const TYPES = ['policy', 'policyVersion'];

const REPORT = 'policy-acknowledgement';

export const listPolicies: DomainOperation = {
  types: ({ query }) =>
    query.counts === 'true' ? [...new Set([...TYPES, ...countedTypes(REPORT, {})])] : TYPES,
  async run(call) {
    const today = new Date(call.at).toISOString().slice(0, 10);
    const own = await readOwn(call, new Set(TYPES));
    const counted =
      call.input.query.counts === 'true' ? await countByReport(call, REPORT, {}) : null;
    return {
      subjects: counted?.subjects ?? [],
      ...(counted && { rows: counted.rows }),
      work: { ...own.work, ...counted?.work },
      answer(committed) {
        counted?.committed();
        const records = own.open(committed);
        const policies = records.filter(({ body }) => body.t === 'policy').sort(byName);
        return {
          items: policies.map((policy) => present(policy, records, today, counted)),
          asOf: counted?.asOf ?? null,
          suppressed: counted?.suppressed ?? false,
          withheld: counted?.withheld ?? 0,
        };
      },
    };
  },
};

function present(
  policy: OpenedRecord,
  records: readonly OpenedRecord[],
  today: string,
  counted: Counted | null,
) {
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
      counts: countsOf(counted, name, String(body.e.version)),
    })),
  };
}

function countsOf(counted: Counted | null, policy: string, version: string) {
  const figures = counted?.figures(policy, version);
  if (!figures) return null;
  const { acknowledged, outstanding, overdue } = figures;
  return { acknowledged, outstanding, overdue };
}

function byName(a: OpenedRecord, b: OpenedRecord): number {
  return String(a.body.e.name).localeCompare(String(b.body.e.name), 'en');
}
