/** The refusal of a call that would go beyond the budget of an assignment: which limit, and until when. */
import type { Budget } from '#verifier/fact.ts';
import { REASONS } from '../../contract/promises.ts';
import { Refusal } from '../fault.ts';
import type { OverBudget } from '../ledger/work.ts';

const LIMITS: Readonly<Record<keyof Budget, string>> = {
  peoplePerHour: 'people opened per hour',
  peoplePerDay: 'people opened per day',
  rowsPerDay: 'rows released per day',
};

export class BudgetRefusal extends Refusal {
  /** What the report of it says. */
  readonly over: OverBudget;

  constructor(over: OverBudget) {
    const { promise, sentence } = REASONS['over-budget'];
    const again = new Date(over.until).toISOString();
    const what = `It gives ${over.most} ${LIMITS[over.limit]}, and begins anew at ${again}.`;
    super(403, ['over-budget'], `${sentence} ${what}`, { promise });
    this.over = over;
  }
}
