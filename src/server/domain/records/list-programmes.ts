/** The programmes that the client offers its staff, with how many take part when asked. */
import { toId } from '../../../contract/ids.ts';
import type { OpenedRecord } from '../../vault/store.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { type Counted, countByReport, countedTypes } from './count-by-report.ts';
import { readOwn } from './read-own.ts';
import { isInForce } from './references.ts';
import { lastDay, textOf } from './shown-values.ts';

const TYPES = ['programme'];
const REPORT = 'programme-evaluation';

/** By kind of programme the enrolments that are counted. Those in benefits are pay data, which no report
 * of programmes reads. */
const COUNTED: Readonly<Record<string, readonly string[]>> = {
  training: ['training'],
  all: ['training', 'wellness'],
};

export const listProgrammes: DomainOperation = {
  types: ({ query }) => [
    ...new Set([
      ...TYPES,
      ...sourcesOf(query).flatMap((source) => countedTypes(REPORT, { source })),
    ]),
  ],
  async run(call) {
    const today = new Date(call.at).toISOString().slice(0, 10);
    const own = await readOwn(call, new Set(TYPES));
    const counted = await count(call);
    const [first] = counted.values();
    return {
      subjects: first?.subjects ?? [],
      ...(first && { rows: [...counted.values()].reduce((sum, { rows }) => sum + rows, 0) }),
      work: { ...own.work, ...first?.work },
      answer(committed) {
        first?.committed();
        return {
          items: own
            .open(committed)
            .sort(byName)
            .map(({ record, body }) => ({
              id: toId('record', record),
              name: String(body.e.name),
              kind: String(body.e.kind),
              from: textOf(body.e.from) ?? body.from,
              until: lastDay(body),
              isOpen: isInForce(body, today),
              counts: countsOf(counted.get(String(body.e.kind)), String(body.e.name)),
            })),
          asOf: first?.asOf ?? null,
          suppressed: first?.suppressed ?? false,
          withheld: [...counted.values()].reduce((sum, { withheld }) => sum + withheld, 0),
        };
      },
    };
  },
};

/** By kind of programme. */
async function count(call: Call): Promise<Map<string, Counted>> {
  const counted = new Map<string, Counted>();
  for (const source of sourcesOf(call.input.query)) {
    counted.set(source, await countByReport(call, REPORT, { source }));
  }
  return counted;
}

function sourcesOf({ counts }: Readonly<Record<string, unknown>>): readonly string[] {
  return COUNTED[String(counts)] ?? [];
}

function countsOf(counted: Counted | undefined, name: string) {
  const figures = counted?.figures(name);
  if (!figures) return null;
  const { invited, participants, completed } = figures;
  return { invited, participants, completed };
}

function byName(a: OpenedRecord, b: OpenedRecord): number {
  return String(a.body.e.name).localeCompare(String(b.body.e.name), 'en');
}
