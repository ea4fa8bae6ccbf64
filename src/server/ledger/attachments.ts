/** Lists too long for an entry, sealed beside it in parts; the digest in the entry binds them. */
import type { KeyObject } from 'node:crypto';
import { openBlob, sealBlob, sealedKeyVersion } from '../vault/crypto/seal.ts';
import { SealError } from '../vault/crypto/seal-error.ts';
import type { Row, Statement } from '../vault/database.ts';
import { byteaArray, int4Array } from '../vault/pg-arrays.ts';
import { yearOf } from './entries.ts';
import { type LedgerKeys, sealingKey } from './ledger-keys.ts';
import type { Attachment } from './work.ts';

const FORM = { siv: true, pad: true };

/** Stores the parts of an attachment, numbered from `first`; no statement when they are stored
 * already. */
export function attachmentStatements(
  keys: LedgerKeys,
  ledger: string,
  attachment: Attachment,
  at: number,
  first = 0,
): Statement[] {
  const { parts, id } = attachment;
  if (parts.length === 0) return [];
  const { version, key } = sealingKey(keys, yearOf(at))!;
  const sealed = parts.map((part, i) =>
    sealPart({ version, key }, ledger, id, part.kind, first + i, part.bytes),
  );
  return [
    {
      name: 'attachment/store',
      text: `insert into ledger_attachment (client_id, attachment_id, kind, part, ct)
        select $1, $2, kind, part, ct
        from unnest($3::text[], $4::int4[], $5::bytea[]) as u(kind, part, ct)
        on conflict do nothing`,
      values: [
        ledger,
        id,
        parts.map((part) => part.kind),
        int4Array(parts.map((_, i) => first + i)),
        byteaArray(sealed),
      ],
    },
  ];
}

/** One part, sealed under one of the ledger's keys. */
export function sealPart(
  { key, version }: { readonly key: KeyObject; readonly version: number },
  ledger: string,
  id: string,
  kind: string,
  part: number,
  bytes: Buffer,
): Buffer {
  return sealBlob(key, version, ['attachment', ledger, id, kind, part], bytes, FORM);
}

/** Reads the parts of one kind, in order. */
export function attachmentStatement(ledger: string, id: string, kind: string): Statement {
  return {
    name: 'attachment/read',
    text: `select part, kind, ct from ledger_attachment
      where client_id = $1 and attachment_id = $2 and kind = $3 order by part`,
    values: [ledger, id, kind],
  };
}

/** The bytes of a stored part; throws SealError when it was changed or moved. */
export function openAttachment(
  keys: ReadonlyMap<number, KeyObject>,
  ledger: string,
  id: string,
  row: Row,
): Buffer {
  const ct = row.ct as Buffer;
  const year = sealedKeyVersion(ct);
  const key = keys.get(year);
  if (!key) throw new SealError('key-version');
  const parts = ['attachment', ledger, id, row.kind as string, row.part as number];
  return openBlob(key, year, parts, ct, FORM);
}
