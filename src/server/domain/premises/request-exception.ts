/** A member of a team asks for access outside hours or premises: a proposal to the client, for some
 * record types and at most eight hours. It stands in the provider's ledger, for outside its hours and
 * premises nobody makes an entry in the client's. */
import { createHash } from 'node:crypto';
import { parseId, toId } from '../../../contract/ids.ts';
import { badInput, notFound } from '../../fault.ts';
import { isInForce } from '../../ledger/authority.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { newUuid } from '../../uuid.ts';
import { sealUnder } from '../../vault/crypto/versioned-key.ts';
import { insertReason } from '../../vault/premises-sql.ts';
import { insertProposal } from '../access/proposals.ts';
import { adoptedCatalogue } from '../catalogue/adopted.ts';
import type { Call, DomainOperation } from '../operation.ts';

interface Body {
  readonly client: string;
  readonly types: readonly string[];
  readonly code: string;
  readonly reason: string;
  readonly from?: string;
  readonly until: string;
}

const HOURS_MAX = 8;
const HOUR_MS = 60 * 60 * 1000;
export const REASON_FORM = { siv: true, pad: true };

export const requestException: DomainOperation = {
  async run(call) {
    const { principal, input, at } = call;
    const body = input.body as Body;
    const user = toId('user', principal.user);
    const client = await ownClient(call, body.client);
    const from = body.from ?? new Date(at).toISOString();
    await check(call, client, { ...body, from });
    const id = toId('exception', newUuid(at));
    const uuid = parseId('exception', id)!;
    const text = Buffer.from(body.reason);
    const ct = sealUnder(
      client.clientKeys.record,
      ['exception-reason', client.id, uuid],
      text,
      REASON_FORM,
    );
    const fact = {
      type: 'exception.granted' as const,
      id,
      user,
      types: [...new Set(body.types)].sort(),
      code: body.code,
      reason: `sha256:${createHash('sha256').update(text).digest('hex')}`,
      proposedBy: user,
      approvedBy: [],
      from,
      until: body.until,
      signature: null,
    };
    const proposal = { id, kind: 'exceptions' as const, by: user, fact, text: body.reason };
    return {
      facts: {
        list: [],
        statements: [insertProposal(client, proposal), insertReason(client.id, uuid, ct)],
        depends: [{ state: client, authIndex: client.authority.index }],
      },
      answer: () => ({ id, state: 'proposed' as const }),
    };
  },
};

/** Whoever is not assigned is told what everybody is told about an unknown client. */
async function ownClient({ house, principal, at }: Call, id: string): Promise<LedgerState> {
  const client = await house.ledgers.find(parseId('client', id)!);
  if (!client || client.isProvider) throw notFound();
  await house.ledgers.refresh(client);
  const user = toId('user', principal.user);
  const isAssigned = [...client.authority.assignments.values()].some(
    (assignment) => assignment.fact.user === user && isInForce(assignment, at),
  );
  if (!isAssigned) throw notFound();
  return client;
}

async function check(
  { house, at }: Call,
  client: LedgerState,
  { types, from, until }: Body & { readonly from: string },
): Promise<void> {
  const faults: { at: string; reason: string }[] = [];
  const end = Date.parse(until);
  if (end <= at) faults.push({ at: 'body.until', reason: 'must lie in the future' });
  const hours = (end - Date.parse(from)) / HOUR_MS;
  if (hours <= 0) faults.push({ at: 'body.until', reason: 'must be later than from' });
  if (hours > HOURS_MAX) {
    faults.push({ at: 'body.until', reason: `must be at most ${HOURS_MAX} hours after from` });
  }
  const held = new Set((await adoptedCatalogue(house, client)).types.map((type) => type.id));
  for (const [i, type] of types.entries()) {
    if (held.has(type)) continue;
    faults.push({ at: `body.types[${i}]`, reason: 'not a record type that this client holds' });
  }
  if (faults.length > 0) throw badInput('This exception cannot be asked for.', faults);
}
