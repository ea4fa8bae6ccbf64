/** The promises as named objects, and the reasons a refusal can give, each with the promise that
 * it keeps and a sentence that a person can act on. */

/** What is promised, and which code enforces and proves it. */
export interface Promised {
  readonly promise: string;
  readonly enforcedBy: string;
  readonly provenBy: string;
}

export const PROMISES = {
  'client-is-controller': {
    promise:
      'Data is processed only on the written instructions of the client, its sole controller.',
    enforcedBy:
      'policies/no-instruction.cedar, purpose-not-instructed.cedar, type-not-instructed.cedar, instruction-suspended.cedar, no-agreement.cedar, no-notice.cedar; src/server/ledger/current-text.ts',
    provenBy:
      'Rule A over the evidence bundle: no-instruction, purpose-not-instructed, type-not-instructed',
  },
  'assigned-staff-only': {
    promise: 'Only provider staff assigned to this client and approved by it reach its data.',
    enforcedBy: 'policies/no-assignment.cedar, policies/role-team.cedar',
    provenBy: 'Rule A over the evidence bundle: no-assignment, actor-unknown, side-mismatch',
  },
  'approved-by-others': {
    promise:
      'Nobody is assigned on their own word: the client approves every assignment, with as many people as it demands, none of them the one who proposed it or the one it is for.',
    enforcedBy: 'src/server/domain/approvals/approve-terms.ts',
    provenBy: 'The verifier over the evidence bundle: approvals-missing, same-person',
  },
  'within-budget': {
    promise:
      'Provider staff open no more people and take out no more rows than their assignment gives.',
    enforcedBy: 'src/server/ledger/budget.ts',
    provenBy: 'Rule A over the evidence bundle: over-budget',
  },
  'reviewed-access': {
    promise:
      'Every assignment has an end, and is looked at by the client each quarter; what nobody keeps ends by itself.',
    enforcedBy:
      'policies/not-reviewed.cedar, policies/assignment-too-long.cedar, src/server/domain/reviews/run-reviews.ts',
    provenBy: 'Rule A over the evidence bundle: not-reviewed, assignment-too-long',
  },
  'bound-by-nda': {
    promise: 'All provider staff who reach data are bound by a non-disclosure agreement.',
    enforcedBy: 'policies/no-nda.cedar',
    provenBy: 'Rule A over the evidence bundle: no-nda',
  },
  'contract-period-only': {
    promise: 'Data is used only while the contract with the client lasts.',
    enforcedBy: 'policies/client-not-active.cedar, policies/client-not-active-team.cedar',
    provenBy: 'Rule A over the evidence bundle: client-not-active',
  },
  'only-what-a-procedure-names': {
    promise: 'Only what a written procedure names is collected.',
    enforcedBy: 'src/catalogue, src/server/domain/imports/file/compile-mapping.ts',
    provenBy: 'The catalogue inside the evidence bundle and its catalogue.adopted fact',
  },
  'need-to-know': {
    promise: 'Each role sees only what its task needs.',
    enforcedBy: 'policies/role-*.cedar, src/server/gate/grant.ts',
    provenBy: 'test/golden/roles.txt, checked against the running server',
  },
  'sure-who-it-is': {
    promise:
      'Whoever signs in proves it with a passkey that cannot be guessed or handed on, and proves it again before anything about signing in is changed.',
    enforcedBy: 'src/server/gate/check-credential.ts, src/server/domain/sign-in/',
    provenBy: 'test/guarantees/sign-in.test.ts; the session and passkey that each entry names',
  },
  watched: {
    promise:
      'What people do with data is watched as it happens: rules that anybody may read alert, and what is critical ends by itself.',
    enforcedBy: 'detection-rules/, src/server/detection, src/server/domain/detection',
    provenBy: 'src/server/detection/pack.test.ts, test/guarantees/detection.test.ts',
  },
  'everything-recorded': {
    promise: 'No answer leaves before its entry stands in the ledger.',
    enforcedBy: 'src/server/ledger/lane.ts',
    provenBy: 'The ledger itself: checkpoint, inclusion and consistency proofs',
  },
  'who-saw-it': {
    promise:
      'The client sees everything that is done with its data as it happens, and each person who opened, listed, counted or changed the own data.',
    enforcedBy: 'src/server/domain/activity, from the ledger alone',
    provenBy: 'test/guarantees/activity.test.ts, activity-stream.test.ts',
  },
  'where-and-when': {
    promise:
      'Provider staff reach data from the provider’s premises and within working hours only, or under an exception that somebody else has approved and reviewed.',
    enforcedBy:
      'policies/outside-premises.cedar, outside-hours.cedar, no-exception.cedar, clock-unchecked.cedar',
    provenBy:
      'Rule A over the evidence bundle: outside-premises, outside-hours, no-exception, clock-unchecked; exceptions.list tells which exceptions nobody has reviewed in time',
  },
  'never-cleared': {
    promise:
      'What staff have acknowledged stays on record: an acknowledgement and the wording that it names are never changed or cleared, unless the client has the person erased.',
    enforcedBy: 'src/server/vault/append-only.ts, appendOnly in catalogue/record-types/*.yaml',
    provenBy: 'test/guarantees/acknowledgements.test.ts; the changes that the ledger names',
  },
  'signed-by-a-person': {
    promise:
      'What binds somebody is signed by that person with a passkey, over exactly what was shown; a signature counts once.',
    enforcedBy: 'src/server/domain/signing/, verifier/src/signature.ts',
    provenBy:
      'The signatures inside the evidence bundle: signature-missing, signature-invalid, signature-reused',
  },
  'client-can-stop': {
    promise:
      'The client can stop all access by the provider at once, shut everybody out of its data, and have people erased.',
    enforcedBy:
      'policies/access-suspended.cedar, client-sealed-off.cedar, src/server/ledger/live-grants.ts, src/server/vault/seal-sql.ts',
    provenBy:
      'test/guarantees/revocation.test.ts, kill-switch.test.ts; Rule A over the evidence bundle: access-suspended',
  },
} as const satisfies Record<string, Promised>;

export type PromiseId = keyof typeof PROMISES;

interface ReasonText {
  readonly promise: PromiseId;
  readonly sentence: string;
}

export const REASONS = {
  'actor-unknown': {
    promise: 'assigned-staff-only',
    sentence: 'Your account is not registered, or it has been disabled.',
  },
  'no-assignment': {
    promise: 'assigned-staff-only',
    sentence: 'You are not assigned to this client at this time.',
  },
  'assignment-suspended': {
    promise: 'assigned-staff-only',
    sentence: 'Your assignment is suspended until an alert about it is looked into.',
  },
  'not-reviewed': {
    promise: 'reviewed-access',
    sentence:
      'The client has not kept your assignment in its last access review. Have it proposed and approved anew.',
  },
  'assignment-too-long': {
    promise: 'reviewed-access',
    sentence:
      'Your assignment has no end within 366 days, as this client demands. Have it proposed and approved anew.',
  },
  'over-budget': {
    promise: 'within-budget',
    sentence: 'The budget of your assignment is used up.',
  },
  'same-person': {
    promise: 'approved-by-others',
    sentence: 'Somebody else must approve this: it was proposed by you, or is for you.',
  },
  'no-nda': {
    promise: 'bound-by-nda',
    sentence: 'No non-disclosure agreement of yours is in force. Sign one, or have it renewed.',
  },
  'no-agreement': {
    promise: 'client-is-controller',
    sentence: 'The client has no service agreement in force.',
  },
  'no-notice': {
    promise: 'client-is-controller',
    sentence: 'The client has not acknowledged a privacy notice that is in force.',
  },
  'no-instruction': {
    promise: 'client-is-controller',
    sentence: 'The client has given no instruction that is in force.',
  },
  'purpose-not-instructed': {
    promise: 'client-is-controller',
    sentence: 'No instruction of the client covers this purpose.',
  },
  'type-not-instructed': {
    promise: 'client-is-controller',
    sentence: 'No instruction of the client covers all these record types for this purpose.',
  },
  'own-alert': {
    promise: 'watched',
    sentence: 'This alert is about you: somebody else must deal with it.',
  },
  'instruction-suspended': {
    promise: 'client-is-controller',
    sentence:
      'The instruction is suspended: the provider holds it to infringe the law. Wait until it is cleared, or ask the client to amend it.',
  },
  'client-not-active': {
    promise: 'contract-period-only',
    sentence: 'The client is frozen, sealed or ended.',
  },
  'outside-premises': {
    promise: 'where-and-when',
    sentence:
      'You are not in an office or VPN of the provider that is open to this client. Ask for an exception if the client’s business needs it.',
  },
  'outside-hours': {
    promise: 'where-and-when',
    sentence:
      'It is outside the working hours of your office or of the client. Ask for an exception if the client’s business needs it.',
  },
  'no-exception': {
    promise: 'where-and-when',
    sentence: 'Your exception does not cover these record types, or has ended.',
  },
  'clock-unchecked': {
    promise: 'where-and-when',
    sentence: 'The server’s clock has jumped. Security must check it first.',
  },
  'role-not-permitted': {
    promise: 'need-to-know',
    sentence: 'Your role does not include this operation.',
  },
  'decision-failed': {
    promise: 'need-to-know',
    sentence: 'The policies could not be evaluated, so the request is refused.',
  },
  'step-up-needed': {
    promise: 'sure-who-it-is',
    sentence: 'Show your passkey again: this needs a proof of the last five minutes.',
  },
  'token-scope': {
    promise: 'need-to-know',
    sentence: 'This service token was not issued for this operation.',
  },
  'token-address': {
    promise: 'need-to-know',
    sentence: 'This service token is not good from this address.',
  },
  'cross-site': {
    promise: 'sure-who-it-is',
    sentence: 'This call came from a page that is not ours.',
  },
  'append-only': {
    promise: 'never-cleared',
    sentence:
      'What is on record here stays: it is not corrected, ended or deleted. Add a new record, or a new version, instead.',
  },
  'not-viewed': {
    promise: 'signed-by-a-person',
    sentence: 'You have not viewed this text to its end. Read all its parts, then accept it.',
  },
  'signature-required': {
    promise: 'signed-by-a-person',
    sentence:
      'This must be signed with your passkey: ask for a signing offer for it, and sign that.',
  },
  'signature-invalid': {
    promise: 'signed-by-a-person',
    sentence:
      'This is no signature of yours over what you were shown. Sign the offer with one of your own passkeys, here.',
  },
  'access-suspended': {
    promise: 'client-can-stop',
    sentence: 'The client has suspended all access by the provider to its data.',
  },
  'client-sealed-off': {
    promise: 'client-can-stop',
    sentence:
      'The client is sealed off: nobody can open its data until one of its executives lifts that with the seal code.',
  },
  'seal-code-wrong': {
    promise: 'client-can-stop',
    sentence: 'This is not the code that the client was sealed off with.',
  },
} as const satisfies Record<string, ReasonText>;

export type ReasonId = keyof typeof REASONS;
