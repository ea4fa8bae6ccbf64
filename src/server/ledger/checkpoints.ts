/** Signed checkpoints and the proofs that stand on them: of one entry, and of growth. */
import { formatCheckpoint } from '#verifier/checkpoint.ts';
import { consistencyProof, inclusionProof, rootOfFrontier } from '#verifier/merkle.ts';
import { formatNote, signNoteText } from '#verifier/note.ts';
import { formatTlogProof } from '#verifier/tlog-proof.ts';
import type { Database } from '../vault/database.ts';
import type { LedgerState } from './ledger-state.ts';
import { readLeaves } from './read-entries.ts';

const SIGN_INTERVAL_MS = 1000;

interface Signed {
  readonly note: string;
  readonly size: number;
  readonly at: number;
}

const last = new WeakMap<LedgerState, Signed>();

/**
 * The checkpoint of the ledger as it stands, covering at least `size` entries. Signed at most once a
 * second unless a larger size is needed; every signed one is kept.
 */
export async function signCheckpoint(
  database: Database,
  state: LedgerState,
  now: number,
  size: number,
): Promise<Signed> {
  const known = last.get(state);
  if (known && known.size >= size && now - known.at < SIGN_INTERVAL_MS) return known;
  const { head, keys } = state;
  const root = rootOfFrontier(head.frontier);
  const text = formatCheckpoint({ origin: keys.origin, size: head.size, root });
  const line = signNoteText(text, keys.origin, keys.signing, keys.publicKey);
  const signed = { note: formatNote(text, [line]), size: head.size, at: now };
  await database.batch(
    [state.id],
    [
      {
        name: 'checkpoint/keep',
        text: `insert into checkpoint (client_id, size, note) values ($1, $2, $3)
        on conflict do nothing`,
        values: [state.id, signed.size, Buffer.from(signed.note)],
      },
    ],
  );
  if (!known || known.size <= signed.size) last.set(state, signed);
  return signed;
}

/** The proof of entry `index`, with the checkpoint that it holds for (C2SP tlog-proof). */
export async function proveEntry(
  database: Database,
  state: LedgerState,
  now: number,
  index: number,
): Promise<string> {
  const { note, size } = await signCheckpoint(database, state, now, index + 1);
  const leaves = await readLeaves(database, state.id, 0, size);
  const proof = inclusionProof(leaves, index, size);
  return formatTlogProof({ index: BigInt(index), proof, checkpoint: note });
}

/** The proof that the ledger of `from` entries is a prefix of that of the checkpoint. */
export async function proveGrowth(
  database: Database,
  state: LedgerState,
  now: number,
  from: number,
): Promise<{ proof: Buffer[]; checkpoint: string }> {
  const { note, size } = await signCheckpoint(database, state, now, from);
  const leaves = await readLeaves(database, state.id, 0, size);
  return { proof: from === 0 ? [] : consistencyProof(leaves, from, size), checkpoint: note };
}
