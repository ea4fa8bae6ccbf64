/** An instruction as a fact, checked: known types and countries, a period that is not over, and no other
 * instruction for the same purpose and type at the same time but the one that it amends. */
import type { Fact } from '#verifier/fact.ts';
import { checkCountry } from '../../../catalogue/check-contact.ts';
import { isOwnId } from '../../../catalogue/own.ts';
import { toId } from '../../../contract/ids.ts';
import { badInput, notFound, Refusal } from '../../fault.ts';
import type { Authority } from '../../ledger/authority.ts';
import { periodOf } from '../access/period.ts';
import type { Call } from '../operation.ts';
import type { Moment } from '../signing/signs.ts';

export type Instruction = Extract<Fact, { type: 'instruction.given' }>;

interface Body {
  readonly purposes: readonly string[];
  readonly types: readonly string[];
  readonly recipients: readonly string[];
  readonly transfers: readonly string[];
  readonly amends: string | null;
  readonly document: string;
  readonly from?: string;
  readonly until: string | null;
}

/** The fact that the caller would give. Throws a Refusal that says what is wrong and where. */
export function instructionFact(call: Call, { at, uuid }: Moment): Instruction {
  const body = call.input.body as Body;
  const fact: Instruction = {
    type: 'instruction.given',
    id: toId('instruction', uuid),
    ...periodOf(body, at),
    signature: null,
    purposes: [...new Set(body.purposes)].sort(),
    types: [...new Set(body.types)].sort(),
    recipients: [...body.recipients],
    document: body.document,
    by: toId('user', call.principal.user),
    transfers: [...new Set(body.transfers)].sort(),
    amends: body.amends,
  };
  checkInstruction(call, fact, at);
  return fact;
}

/** The same for what was drafted before: what it would meet now counts. `at` in ms. */
export function checkInstruction(call: Call, fact: Instruction, at: number): void {
  const faults = [...typeFaults(call, fact), ...countryFaults(fact), ...periodFaults(fact, at)];
  if (faults.length > 0) throw badInput('This instruction cannot be given so.', faults);
  const { authority } = call.state;
  if (fact.amends != null) {
    const amended = authority.instructions.get(fact.amends);
    if (!amended || amended.until <= at) throw notFound();
  }
  checkOverlap(authority, fact, at);
}

/** What is recorded with it: the end of the one that it amends. */
export function withAmended(call: Call, fact: Instruction | Fact) {
  const { state, principal } = call;
  const ref = 'amends' in fact ? fact.amends : null;
  const by = toId('user', principal.user);
  const ended = { type: 'instruction.ended', id: null, ref: ref!, by, signature: null } as const;
  return [{ state, fact }, ...(ref == null ? [] : [{ state, fact: ended }])];
}

function typeFaults(call: Call, { types }: Instruction) {
  const held = new Set(call.grant?.catalogue.types.map((type) => type.id));
  return (
    types
      .map((type, i) => ({ at: `types[${i}]`, type }))
      // A client instructs what is to be held before it can adopt a procedure of its own for it.
      .filter(({ type }) => !held.has(type) && !isOwnId(type))
      .map(({ at }) => ({ at, reason: 'not a record type that this client has adopted' }))
  );
}

function countryFaults({ transfers = [] }: Instruction) {
  return transfers.flatMap((country, i) => {
    const checked = checkCountry(country);
    return 'value' in checked
      ? []
      : [{ at: `transfers[${i}]`, reason: 'is not a country (ISO 3166 two-letter code)' }];
  });
}

function periodFaults({ from, until, amends }: Instruction, at: number) {
  const faults = [];
  if (until !== null && Date.parse(until) <= at) {
    faults.push({ at: 'until', reason: 'is over already' });
  }
  if (amends != null && Date.parse(from) > at) {
    faults.push({ at: 'from', reason: 'an amendment takes the place of the other at once' });
  }
  return faults;
}

function checkOverlap({ instructions }: Authority, fact: Instruction, at: number): void {
  const from = Date.parse(fact.from);
  const until = fact.until === null ? Number.POSITIVE_INFINITY : Date.parse(fact.until);
  for (const other of instructions.values()) {
    if (other.fact.id === fact.amends || other.fact.id === fact.id) continue;
    const isApart = other.until <= Math.max(from, at) || other.from >= until;
    const purpose = fact.purposes.find((each) => other.fact.purposes.includes(each));
    const type = fact.types.find((each) => other.fact.types.includes(each));
    if (isApart || other.until <= other.from || !purpose || !type) continue;
    const { id, until: end } = other.fact;
    throw new Refusal(
      409,
      ['instruction-overlaps'],
      `For ${purpose} and ${type} there is an instruction already, ${id}, until ${end ?? 'it is withdrawn'}. ` +
        'Amend that one (amends), withdraw it, or choose another period. Nothing was changed.',
      { promise: 'client-is-controller' },
    );
  }
}
