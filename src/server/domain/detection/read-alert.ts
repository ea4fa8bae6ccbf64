/** An alert with the entries of the same user that led to it. Of the people in them the provider's side
 * hears the number only. */
import type { Entry } from '#verifier/entry.ts';
import { notFound } from '../../fault.ts';
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { readEntries } from '../../ledger/read-entries.ts';
import type { DomainOperation } from '../operation.ts';
import { shownAlert } from './shown-alert.ts';

const LOOK_BACK = 1000;
const SHOWN_MAX = 50;

export const readAlert: DomainOperation = {
  async run({ house, state, input, role }) {
    const alert = state.authority.alerts.get(input.params.id!);
    if (!alert) throw notFound();
    const shown = shownAlert(alert);
    const isElsewhere = state.isProvider && shown.about.some((id) => id.startsWith('cli_'));
    const entries =
      shown.index === null || isElsewhere
        ? []
        : await entriesBefore(house, state, shown.index, role !== 'security');
    return { types: [], answer: () => ({ ...shown, entries }) };
  },
};

async function entriesBefore(house: House, state: LedgerState, index: number, named: boolean) {
  const from = Math.max(0, index - LOOK_BACK);
  const to = Math.min(index + 1, state.head.size);
  const entries = from < to ? await readEntries(house, state, from, to) : [];
  const actor = entries.at(-1)?.actor;
  return entries
    .flatMap((entry, i) => (entry.actor === actor ? [evidenceOf(entry, from + i, named)] : []))
    .slice(-SHOWN_MAX);
}

function evidenceOf(entry: Entry, index: number, named: boolean) {
  const { at, op, outcome, actor, reasons, types, subjects, context } = entry;
  const isList = !('digest' in subjects);
  return {
    ...{ index, at, op, outcome, actor, reasons, types },
    subjectCount: isList ? subjects.length : subjects.count,
    ...(named && isList && { subjects }),
    session: context.session,
    place: context.place.id ?? context.place.kind,
  };
}
