/** Idempotency keys: a repeated write is answered with the first one's answer, for 24 hours, per user
 * and client. Kept are the hash of the request, the status and the ids in the answer, sealed. */
import { createHmac } from 'node:crypto';
import { jcs } from '#verifier/jcs.ts';
import type { Call, Result } from '../domain/operation.ts';
import { conflict } from '../fault.ts';
import { openUnder, sealUnder } from '../vault/crypto/versioned-key.ts';
import type { Statement } from '../vault/database.ts';

const KEPT_MS = 24 * 60 * 60 * 1000;
const FORM = { siv: true, pad: true };

/** The answer of an earlier call with this key; throws a Refusal when that was another request. */
export async function findReplay(
  call: Call,
  operation: string,
  key: string,
): Promise<{ readonly answer: unknown } | null> {
  const { state, principal, house } = call;
  const [rows] = await house.database.batch(
    [state.id],
    [
      {
        name: 'replay/find',
        text: `select request_hash, ct from replay
        where client_id = $1 and user_id = $2 and key_hash = $3 and created_at > $4`,
        values: [state.id, principal.user, keyed(call, key), new Date(call.at - KEPT_MS)],
      },
    ],
  );
  const row = rows![0];
  if (!row) return null;
  if (!requestHash(call, operation).equals(row.request_hash as Buffer)) {
    throw conflict(
      'idempotency-key-reused',
      'This Idempotency-Key came with another request before.',
    );
  }
  const bytes = openUnder(state.clientKeys.record, aad(call, key), row.ct as Buffer, FORM);
  return { answer: JSON.parse(bytes.toString()) };
}

/** The result with the statements that keep its ids. The answer of a repeatable operation must not
 * depend on the commit. */
export function keepReplay(
  call: Call,
  operation: string,
  status: number,
  key: string,
  result: Result,
): Result {
  const { state, principal } = call;
  const body = Buffer.from(JSON.stringify(result.answer(undefined as never)));
  const values = [state.id, principal.user, keyed(call, key)];
  const statements: Statement[] = [
    {
      name: 'replay/expire',
      text: `delete from replay where client_id = $1 and user_id = $2 and key_hash = $3
        and created_at <= $4`,
      values: [...values, new Date(call.at - KEPT_MS)],
    },
    {
      name: 'replay/keep',
      text: `insert into replay
        (client_id, user_id, key_hash, request_hash, status, ct, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)`,
      values: [
        ...values,
        requestHash(call, operation),
        status,
        sealUnder(state.clientKeys.record, aad(call, key), body, FORM),
        new Date(call.at),
      ],
    },
  ];
  if (result.facts) {
    const { facts } = result;
    return {
      ...result,
      facts: { ...facts, statements: [...(facts.statements ?? []), ...statements] },
    };
  }
  const { work } = result;
  return { ...result, work: { ...work, statements: [...(work?.statements ?? []), ...statements] } };
}

/** Keyed: a stolen database must not let anybody try which body it was. */
function requestHash(call: Call, operation: string): Buffer {
  const { params, query, body } = call.input;
  return keyed(call, jcs({ operation, params, query, body: body ?? null }));
}

function keyed(call: Call, text: string): Buffer {
  return createHmac('sha256', call.state.clientKeys.unique).update(`replay/1 ${text}`).digest();
}

function aad(call: Call, key: string): (string | Buffer)[] {
  return ['replay', call.state.id, call.principal.user, keyed(call, key)];
}
