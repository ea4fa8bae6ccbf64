/** Brings an index of activity up to the ledger: entries that are not in it yet, and the lists beside
 * them when a person is asked for. Everything is opened here and nowhere kept but in the index. */
import { hash } from 'node:crypto';
import type pg from 'pg';
import type { Entry } from '#verifier/entry.ts';
import { openAttachment } from '../../ledger/attachments.ts';
import { openEntry } from '../../ledger/entries.ts';
import { SealError } from '../../vault/crypto/seal-error.ts';
import { type CopyRow, copyRows } from '../copy-rows.ts';
import { checkedUuid, inSnapshot } from '../snapshot.ts';
import { uuidText } from '../uuid-index.ts';
import type { ActivityIndex, LongList } from './activity-index.ts';
import type { LedgerAccess } from './activity-messages.ts';

/** Adds every entry that the ledger has beyond the index. Throws SealError. */
export function addEntries(
  db: pg.ClientBase,
  { clientId, keys }: LedgerAccess,
  index: ActivityIndex,
): Promise<void> {
  return inSnapshot(db, clientId, async ({ size }) => {
    const take = (row: CopyRow) => {
      const entry = row.bytes.readUInt32BE(row.start[0]! + 4);
      // An entry that is missing would make everything behind it another one.
      if (entry !== index.size) throw new SealError('format');
      const bytes = openEntry(keys, clientId, entry, field(row, 2));
      index.add(JSON.parse(bytes.toString()) as Entry, uuidIn(row, 1));
    };
    await copyRows(
      db,
      `copy (select idx, attachment, ct from ledger_entry
        where client_id = '${checkedUuid(clientId)}' and idx >= ${index.size}
        order by idx) to stdout (format binary)`,
      take,
    );
    if (index.size !== size) throw new SealError('format');
  });
}

/** Reads who is on each list that nobody has read yet; the digest in the entry binds it. */
export async function readLists(
  db: pg.ClientBase,
  access: LedgerAccess,
  index: ActivityIndex,
): Promise<void> {
  for (const [digest, list] of index.unread()) {
    await inSnapshot(db, access.clientId, () => readList(db, access, index, digest, list));
  }
}

async function readList(
  db: pg.ClientBase,
  { clientId, keys }: LedgerAccess,
  index: ActivityIndex,
  digest: string,
  list: LongList,
): Promise<void> {
  const { attachment } = list;
  if (attachment === null) throw new SealError('format');
  const { rows } = await db.query({
    name: 'activity/list',
    text: `select part, kind, ct from ledger_attachment
      where client_id = $1 and attachment_id = $2 and kind = 'subjects' order by part`,
    values: [clientId, attachment],
  });
  const parts = rows.map((row) => openAttachment(keys, clientId, attachment, row));
  const bytes = Buffer.concat(parts);
  if (`sha256:${hash('sha256', bytes)}` !== digest) throw new SealError('authentication');
  index.fill(list, JSON.parse(bytes.toString()) as string[]);
}

function field({ bytes, start, end }: CopyRow, number: number): Buffer {
  return bytes.subarray(start[number]!, end[number]!);
}

function uuidIn(row: CopyRow, number: number): string | null {
  const isNull = row.end[number]! < row.start[number]! + 16;
  return isNull ? null : uuidText(row.bytes, row.start[number]!);
}
