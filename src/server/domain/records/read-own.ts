/** Reads records about the client itself in the same transaction as the entry of the call. */
import { Fault } from '../../fault.ts';
import { NIL_UUID } from '../../vault/crypto/uuid-bytes.ts';
import type { OpenedRecord } from '../../vault/store.ts';
import type { Call, Committed, Result } from '../operation.ts';

export interface OwnRecords {
  readonly work: NonNullable<Result['work']>;
  /** What was read, once the entry stands. Throws SealError. */
  open(committed: Committed): OpenedRecord[];
}

/** Of these record types, with earlier revisions when asked. A client that never had any has none. */
export async function readOwn(
  { grant }: Call,
  types: ReadonlySet<string>,
  history = false,
): Promise<OwnRecords> {
  const { store } = grant!;
  if (!(await store.has(NIL_UUID))) return { work: {}, open: () => [] };
  const tags = store.tagsOf(NIL_UUID, types);
  return {
    work: { subjects: [NIL_UUID], tags, history },
    open({ keyrings, records }) {
      const keyring = keyrings.get(NIL_UUID);
      if (!keyring) throw new Fault('keyring-missing', 'the keyring of the client is missing');
      const own = records.filter(({ tag }) => tags.includes(tag));
      return store.open(NIL_UUID, keyring, own).filter(({ body }) => types.has(body.t));
    },
  };
}
