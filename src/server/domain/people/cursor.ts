/** Cursors: where a page ended, sealed for one user, one client, one question and one hour. */
import { createHash } from 'node:crypto';
import { jcs } from '#verifier/jcs.ts';
import { notFound } from '../../fault.ts';
import type { Position } from '../../readmodel/messages.ts';
import { openUnder, sealUnder } from '../../vault/crypto/versioned-key.ts';
import type { Call } from '../operation.ts';

const LIFE_MS = 60 * 60 * 1000;
const FORM = { siv: true, pad: true };

export function sealCursor(call: Call, asked: object, position: Position): string {
  const bytes = Buffer.from(JSON.stringify({ position, until: call.at + LIFE_MS }));
  const sealed = sealUnder(call.state.clientKeys.cursor, partsOf(call, asked), bytes, FORM);
  return sealed.toString('base64url');
}

/** A cursor of somebody else, of another question, or that has expired is like an unknown id. */
export function openCursor(call: Call, asked: object, cursor: string): Position {
  try {
    const sealed = Buffer.from(cursor, 'base64url');
    const bytes = openUnder(call.state.clientKeys.cursor, partsOf(call, asked), sealed, FORM);
    const { position, until } = JSON.parse(bytes.toString()) as {
      position: Position;
      until: number;
    };
    if (until > call.at) return position;
  } catch {
    // Forged, cut or from elsewhere: all the same to the caller.
  }
  throw notFound();
}

function partsOf(call: Call, asked: object): (string | Buffer)[] {
  const { cursor: _, ...question } = asked as { cursor?: string };
  const digest = createHash('sha256').update(jcs(question)).digest();
  return ['cursor', call.state.id, call.principal.user, digest];
}
