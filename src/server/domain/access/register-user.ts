/** Registers a user of the provider, or of one client; the fact is mirrored into that client's ledger. */
import { parseId, toId, uuidOf } from '../../../contract/ids.ts';
import { PROVIDER_ROLES, type Role } from '../../../contract/schemas.ts';
import { badInput, notFound } from '../../fault.ts';
import { newUuid } from '../../uuid.ts';
import { keyringsNowStatement } from '../../vault/records-sql.ts';
import type { Call, DomainOperation, Result } from '../operation.ts';
import { addClientOfUser } from './clients-of-user.ts';
import { insertAccount } from './user-account.ts';

interface Body {
  readonly side: 'provider' | 'client';
  readonly client?: string;
  readonly roles: readonly Role[];
  readonly name: string;
  readonly address: string;
  readonly subject?: string;
  readonly person?: string;
}

export const registerUser: DomainOperation = {
  async run(call: Call): Promise<Result> {
    const { house, state } = call;
    const body = call.input.body as Body;
    checkRoles(body);
    const user = newUuid(call.at);
    const person = body.subject
      ? toId('person', uuidOf(body.subject))
      : ((body.person as ReturnType<typeof toId<'person'>>) ?? toId('person', newUuid(call.at)));
    const fact = {
      type: 'user.registered' as const,
      id: null,
      user: toId('user', user),
      person,
      side: body.side,
      roles: [...body.roles],
      signature: null,
    };
    const statements = [insertAccount(house, user, body.name, body.address)];
    const list = [{ state, fact }] as {
      state: typeof state;
      fact: typeof fact;
      mirrors?: number;
    }[];
    if (body.side === 'client') {
      const client = await house.ledgers.find(parseId('client', body.client)!);
      if (!client) throw notFound();
      if (body.subject) await checkSubject(call, client.id, uuidOf(body.subject));
      list.push({ state: client, fact, mirrors: 0 });
      statements.push(addClientOfUser(user, client.id));
    }
    return { facts: { list, statements }, answer: () => ({ id: toId('user', user), person }) };
  },
};

/** The staff record must be one of this client. */
async function checkSubject({ house }: Call, client: string, subject: string): Promise<void> {
  const statement = keyringsNowStatement(client, [subject]);
  const [rows] = await house.database.batch([client], [statement]);
  if (rows!.length === 0) throw notFound();
}

function checkRoles(body: Body): void {
  const faults = [];
  for (const role of body.roles) {
    if (PROVIDER_ROLES.includes(role) !== (body.side === 'provider')) {
      faults.push({ at: 'roles', reason: `${role} is not a role of the ${body.side}'s side` });
    }
  }
  if ((body.client !== undefined) !== (body.side === 'client')) {
    faults.push({ at: 'client', reason: "needed on the client's side, and only there" });
  }
  const isOwnPerson = body.roles.some((role) => role === 'manager' || role === 'staff');
  if (isOwnPerson && !body.subject) {
    faults.push({ at: 'subject', reason: 'a manager or employee is linked to a staff record' });
  }
  if (faults.length > 0) throw badInput('This user cannot be registered so.', faults);
}
