/** The rows of the table by the names that `--rows` takes, in the order in which they are measured. */
import type { MeasureRows } from './context.ts';
import { controlRows } from './rows/control.ts';
import { flatRows } from './rows/flat.ts';
import { manyClientsRows } from './rows/many-clients.ts';
import { memoryRows } from './rows/memory.ts';
import { openColdRows } from './rows/open-cold.ts';
import { personReadRows, spreadReadRows } from './rows/person-read.ts';
import { recordWriteRows } from './rows/record-write.ts';
import { reportRows } from './rows/reports.ts';
import { signInRows } from './rows/sign-in.ts';
import { staffListRows } from './rows/staff-list.ts';
import { verifyRows } from './rows/verify.ts';

export interface Step {
  readonly label: string;
  /** Which clients it needs: making them takes longest. */
  readonly needs: readonly ('large' | 'many' | 'further')[];
  readonly measure: MeasureRows;
}

export const STEPS = {
  import: { label: 'import', needs: ['large'], measure: async ({ imported }) => imported },
  reads: { label: 'person file', needs: ['large'], measure: personReadRows },
  spread: { label: 'person file over many clients', needs: ['many'], measure: spreadReadRows },
  writes: { label: 'record write', needs: ['large'], measure: recordWriteRows },
  list: { label: 'staff list', needs: ['large'], measure: staffListRows },
  reports: { label: 'reports', needs: ['large'], measure: reportRows },
  cold: { label: 'opening cold', needs: ['large'], measure: openColdRows },
  flat: { label: '100 clients against 1', needs: ['many'], measure: flatRows },
  memory: { label: 'memory', needs: ['large'], measure: memoryRows },
  clients: { label: 'many clients', needs: ['many', 'further'], measure: manyClientsRows },
  control: { label: 'the client’s control', needs: [], measure: controlRows },
  signin: { label: 'sign-in', needs: [], measure: signInRows },
  verify: { label: 'verifier', needs: [], measure: verifyRows },
} as const satisfies Record<string, Step>;

export type StepName = keyof typeof STEPS;

/** The steps of a list such as `reads,reports`; null when one of the names is none. */
export function stepsOf(list: string): StepName[] | null {
  const names = list.split(',').filter((name) => name !== '');
  const known = Object.keys(STEPS) as StepName[];
  if (names.length === 0 || names.some((name) => !(name in STEPS))) return null;
  return known.filter((name) => names.includes(name));
}
