// What a verification says about who, when, where and why: what is proved of it for this ledger, and what is not.
import type { LedgerFold } from './ledger-fold.ts';

/** What the ledger demands since which entry; null where it does not. */
export interface Demands {
  signed: number | null;
  places: number | null;
  reviews: number | null;
}

export interface AccessCounts {
  /** Facts with a signature, every one of which held. */
  signedFacts: number;
  /** Facts of the types that people sign, without a signature. */
  unsignedFacts: number;
  /** Answers to users of the client's side whom no fact registers. */
  unregisteredClientEntries: number;
  /** Answers to the provider's side: from an office or VPN pool within hours, under an exception, and with no place demanded. */
  fromPremises: number;
  underException: number;
  uncheckedPlaces: number;
  exceptions: number;
  /** Exceptions that nobody reviewed within five working days. */
  lateExceptionReviews: number;
  suspensions: number;
  reviews: number;
  /** Assignments whose people and rows are limited. */
  budgets: number;
}

export function emptyAccessCounts(): AccessCounts {
  return {
    signedFacts: 0,
    unsignedFacts: 0,
    unregisteredClientEntries: 0,
    fromPremises: 0,
    underException: 0,
    uncheckedPlaces: 0,
    exceptions: 0,
    lateExceptionReviews: 0,
    suspensions: 0,
    reviews: 0,
    budgets: 0,
  };
}

export function demandsOf({ authority }: LedgerFold): Demands {
  const { signed, places, reviews } = authority.rules;
  return { signed, places, reviews };
}

/** What the facts show, for a ledger that was verified. */
export function provedOfAccess(demands: Demands, counts: AccessCounts): string[] {
  const proved: string[] = [];
  const { fromPremises, underException, suspensions, signedFacts, budgets, reviews } = counts;
  if (fromPremises + underException > 0) {
    proved.push(
      `${fromPremises} answers to the provider's side name an office or VPN pool within its hours and the client's, ` +
        `${underException} an exception that covered them`,
    );
  }
  if (signedFacts > 0) {
    proved.push(
      `${signedFacts} facts are signed by the passkey of whom they name, each signature for this fact and used once`,
    );
  }
  if (demands.signed !== null) {
    proved.push(
      `since entry ${demands.signed} every agreement, instruction, approval and suspension is signed, and every ` +
        'assignment and exception was approved by as many other people as agreed',
    );
  }
  if (suspensions > 0) {
    proved.push(
      `no answer to the provider's side while access was suspended (${suspensions} times)`,
    );
  }
  if (budgets > 0) proved.push(`no budget was passed (${budgets} assignments have one)`);
  if (demands.reviews !== null) {
    proved.push(
      `since entry ${demands.reviews} no assignment gave access that a review did not keep in time (${reviews} reviews)`,
    );
  }
  return proved;
}

/** What is not shown about this ledger, and might be in another. */
export function notProvedOfAccess(demands: Demands, counts: AccessCounts): string[] {
  const notProved = [
    "that the server's clock was right, and that people were at the places that entries name",
    'that each passkey is in the hands of the person whom a fact registers with it',
  ];
  const { uncheckedPlaces, unsignedFacts } = counts;
  if (uncheckedPlaces > 0) {
    notProved.push(
      `from where ${uncheckedPlaces} answers to the provider's side went: no place was demanded`,
    );
  }
  if (demands.signed === null || unsignedFacts > 0) {
    notProved.push(`that people did what ${unsignedFacts} facts without their signature say`);
  }
  if (demands.reviews === null)
    notProved.push('that the client reviewed who has access: it does not demand it');
  return notProved;
}

/** What an outsider should look at though no rule of access is broken. */
export function notesOfAccess({ lateExceptionReviews, exceptions }: AccessCounts): string[] {
  if (lateExceptionReviews === 0) return [];
  return [
    `${lateExceptionReviews} of ${exceptions} exceptions were not reviewed within five working days: a broken promise`,
  ];
}
