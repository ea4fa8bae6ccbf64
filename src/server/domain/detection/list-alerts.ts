/** The alerts of a ledger, the latest first. */
import type { DomainOperation } from '../operation.ts';
import { shownAlert } from './shown-alert.ts';

const SHOWN_MAX = 500;

export const listAlerts: DomainOperation = {
  run({ state, input }) {
    const { state: wanted } = input.query as { state?: string };
    const items = [...state.authority.alerts.values()]
      .filter((alert) => wanted === undefined || alert.state === wanted)
      .reverse()
      .slice(0, SHOWN_MAX)
      .map(shownAlert);
    return { types: [], answer: () => ({ items }) };
  },
};
