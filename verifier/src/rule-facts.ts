// What a ledger that demands signatures demands of its facts: the signature of whom they name, and the approvals of others.
import type { Authority, RegisteredUser } from './authority.ts';
import type { Entry } from './entry.ts';
import { type Fact, SIGNED, type Terms } from './fact.ts';
import { jcs } from './jcs.ts';
import type { SeenRoot } from './seen-roots.ts';
import { signerOf, verifySignature } from './signature.ts';
import { VerificationError } from './verification-error.ts';

/** The provider's own ledger, where its users sign their non-disclosure agreements. */
const PROVIDER = 'worksmartly/provider';

/** What only the client's own users can state. */
const OF_CLIENT: ReadonlySet<string> = new Set([
  'agreement.accepted',
  'notice.accepted',
  'instruction.given',
  'access.suspended',
  'access.resumed',
  'erasure.ordered',
]);

/** Who of the client's side may approve. */
const SPEAKS_FOR_CLIENT: ReadonlySet<string> = new Set(['hr', 'executive']);

/**
 * Throws VerificationError unless the facts before it allow the fact of an entry of the ledger of `origin`. A signature that is
 * there must hold, in every ledger; since `rules.set` with `signed`, those of SIGNED must be there, and assignments and
 * exceptions must have been approved. Answers what the signer saw of this ledger, which only all its entries can confirm.
 */
export function verifyFact(
  authority: Authority,
  origin: string,
  entry: Entry,
  index: number,
): SeenRoot | null {
  const fact = entry.fact!;
  const isDemanding = authority.rules.signed !== null;
  const isApproved = fact.type === 'assignment.started' || fact.type === 'exception.granted';
  if (isDemanding && isApproved) verifyApprovals(authority, fact);
  if (fact.signature === null && !(isDemanding && SIGNED.has(fact.type))) return null;
  return verifySigned(authority, origin, entry, index);
}

function verifySigned(
  authority: Authority,
  origin: string,
  entry: Entry,
  index: number,
): SeenRoot | null {
  const fact = entry.fact!;
  const { signature } = fact;
  if (signature === null) throw refused('signature-missing', fact, 'not signed');
  // A non-disclosure agreement is signed in the provider's ledger, and its mirror may come at any later time.
  const isMirror = entry.source !== null && fact.type === 'nda.signed';
  const passkey = authority.passkeys.get(signature.passkey);
  if (passkey === undefined) throw refused('signature-invalid', fact, 'by an unknown passkey');
  if (isMirror) {
    verifySignature(PROVIDER, fact, passkey.fact, null);
    if (authority.started.has(fact.id)) return null;
  } else {
    if (passkey.isRemoved)
      throw refused('signature-invalid', fact, 'by a passkey that was removed');
    if (authority.rules.signed !== null) verifySigner(authority, fact);
    verifySignature(origin, fact, passkey.fact, entry.at);
  }
  if (authority.nonces.has(signature.nonce)) {
    throw refused('signature-reused', fact, 'its signature was used before');
  }
  if (isMirror) return null;
  const { size, root } = signature;
  if (size > index)
    throw refused('signature-invalid', fact, 'its signer saw more entries than there were');
  return { index, size, root };
}

function verifySigner(authority: Authority, fact: Fact): void {
  const signer = authority.users.get(signerOf(fact) ?? '');
  if (signer === undefined || signer.isDisabled) {
    throw refused('actor-unknown', fact, 'its signer is not registered, or disabled');
  }
  if (OF_CLIENT.has(fact.type) && signer.side !== 'client') {
    throw refused('side-mismatch', fact, "its signer is not on the client's side");
  }
}

/**
 * Everybody whom the fact names as an approver must have approved exactly these terms, and be another person than the one
 * who proposed them, the one they are for, and the other approvers. Persons count, not their accounts.
 */
function verifyApprovals(authority: Authority, fact: Terms): void {
  const { users, rules } = authority;
  const terms = jcs({ ...fact, approvedBy: [], signature: null });
  const approvals = authority.approvals.get(terms) ?? new Set();
  const proposer = users.get(fact.proposedBy);
  const receiver = users.get(fact.user);
  if (proposer === undefined || receiver === undefined) {
    throw refused(
      'actor-unknown',
      fact,
      'it is proposed by, or for, somebody who is not registered',
    );
  }
  const persons = new Set([proposer.person, receiver.person]);
  const count = { client: 0, provider: 0 };
  for (const by of fact.approvedBy) {
    const approver = users.get(by);
    if (approver === undefined || !approvals.has(by) || !mayApprove(approver)) {
      throw refused('approvals-missing', fact, `${by} did not approve it, or may not`);
    }
    if (persons.has(approver.person)) {
      throw refused(
        'same-person',
        fact,
        `${by} is who proposed it, whom it is for, or approved already`,
      );
    }
    persons.add(approver.person);
    count[approver.side]++;
  }
  const isException = fact.type === 'exception.granted';
  const needed = isException && !rules.clientApprovesExceptions ? 0 : rules.approvals;
  if (count.client < needed || (isException && count.provider < 1)) {
    throw refused('approvals-missing', fact, 'too few people approved it');
  }
}

function mayApprove({ side, roles, isDisabled }: RegisteredUser): boolean {
  return !isDisabled && (side === 'provider' || roles.some((role) => SPEAKS_FOR_CLIENT.has(role)));
}

function refused(
  reason: VerificationError['reason'],
  fact: Fact,
  detail: string,
): VerificationError {
  return new VerificationError(reason, `${fact.type} ${fact.id ?? ''}: ${detail}`);
}
