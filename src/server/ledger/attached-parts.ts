/** The lists that stand beside an entry, part by part: of one never more is held. */
import type { Database } from '../vault/database.ts';
import { openAttachment } from './attachments.ts';
import type { LedgerState } from './ledger-state.ts';

export interface AttachedPart {
  readonly part: number;
  readonly bytes: Buffer;
}

/** Parts of one kind in their order. Throws SealError. */
export async function* readAttachedParts(
  database: Database,
  state: LedgerState,
  attachment: string,
  kind: 'changes' | 'subjects',
): AsyncGenerator<AttachedPart, void, undefined> {
  for (let after = -1; ; ) {
    const [rows] = await database.batch(
      [state.id],
      [
        {
          name: 'attachment/next',
          text: `select part, kind, ct from ledger_attachment
            where client_id = $1 and attachment_id = $2 and kind = $3 and part > $4
            order by part limit 4`,
          values: [state.id, attachment, kind, after],
        },
      ],
    );
    if (rows!.length === 0) return;
    for (const row of rows!) {
      after = row.part as number;
      yield { part: after, bytes: openAttachment(state.keys.sealing, state.id, attachment, row) };
    }
  }
}

/** The entries from ≤ index < to that changed records, with the name of what stands beside them. */
export async function readChangingEntries(
  database: Database,
  state: LedgerState,
  from: number,
  to: number,
): Promise<readonly { index: number; attachment: string | null; ct: Buffer }[]> {
  const [rows] = await database.batch(
    [state.id],
    [
      {
        name: 'ledger/changing',
        text: `select idx, attachment, ct from ledger_entry
          where client_id = $1 and has_changes and idx >= $2 and idx < $3 order by idx`,
        values: [state.id, from, to],
      },
    ],
  );
  return rows!.map((row) => ({
    index: row.idx as number,
    attachment: row.attachment as string | null,
    ct: row.ct as Buffer,
  }));
}
