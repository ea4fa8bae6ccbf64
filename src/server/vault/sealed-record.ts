/** Records as they lie in the database. */

/** One new revision of a record; revision n replaces n − 1, revision 1 is a new record. */
export interface RecordWrite {
  readonly record: string;
  readonly revision: number;
  readonly compartment: string;
  readonly tag: string;
  readonly ct: Buffer;
}

export interface SealedRecord {
  readonly record: string;
  readonly revision: number;
  readonly compartment: string;
  readonly tag: string;
  readonly current: boolean;
  readonly ct: Buffer;
}
