/** Which of a client's instructions a call cites. */
import type { WantedTypes } from '../domain/operation.ts';
import { type Authority, isInForce } from '../ledger/authority.ts';

type Instruction = Authority['instructions'] extends ReadonlyMap<string, infer V> ? V : never;

/** One that covers the call, with most types; or one that does not, so that the refusal can say why. */
export function chooseInstruction(
  { instructions, flagged }: Authority,
  purpose: string,
  types: WantedTypes,
  at: number,
): Instruction | undefined {
  const score = (i: Instruction): number[] => {
    const { fact } = i;
    const holds = isInForce(i, at);
    const isMeant = fact.purposes.includes(purpose);
    const covers = types !== 'all' && types.every((type) => fact.types.includes(type));
    const stands = !flagged.has(fact.id);
    const usable = holds && isMeant && stands && (covers || types === 'all');
    return [...[usable, holds, isMeant, covers, stands].map(Number), fact.types.length];
  };
  let best: { i: Instruction; score: number[] } | undefined;
  for (const i of instructions.values()) {
    const s = score(i);
    if (!best || compare(s, best.score) > 0) best = { i, score: s };
  }
  return best?.i;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, left] of a.entries()) if (left !== b[i]) return left - b[i]!;
  return 0;
}
