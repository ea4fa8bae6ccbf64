/** The server's time, and the stops of its clock that wait for somebody to check it. */
import type { DomainOperation } from '../operation.ts';

export const readClock: DomainOperation = {
  run({ state, at }) {
    const stops = [...state.authority.clockStops.values()].map(({ fact }) => ({
      id: fact.id,
      seconds: fact.seconds,
    }));
    return { answer: () => ({ at: new Date(at).toISOString(), stops }) };
  },
};
