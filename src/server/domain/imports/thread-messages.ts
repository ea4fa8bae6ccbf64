/** What the job of an import and its threads say to each other. Everything here is cloneable; bytes
 * are transferred, keys cross as KeyObjects. */
import type { KeyObject } from 'node:crypto';
import type { MessagePort } from 'node:worker_threads';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import type { Mapping } from '../../../contract/mapping.ts';
import type { VersionedKey } from '../../vault/crypto/versioned-key.ts';
import type {
  KeyringRows,
  RecordRows,
  ReplacedRows,
  SubjectRows,
} from '../../vault/import-write-sql.ts';
import type { SealedRecord } from '../../vault/sealed-record.ts';
import type { Encoding } from './file/detect-encoding.ts';
import type { OnError } from './import-plan.ts';
import type { ImportError } from './import-status.ts';

/** What a thread gets when a job begins. */
export interface JobMessage {
  readonly data: ThreadData;
  readonly port: MessagePort;
}

/** Threads read the whole file each, and map every `threads`-th block of it. */
export interface ThreadData {
  readonly client: string;
  readonly id: string;
  readonly startedAt: number;
  /** Prefixed id of the user who started the import. */
  readonly by: string;
  readonly adopted: Catalogue;
  readonly whole: Catalogue;
  readonly mapping: Mapping;
  readonly onError: OnError;
  readonly keys: {
    readonly file: KeyObject;
    readonly client: VersionedKey;
    readonly tag: KeyObject;
    readonly unique: KeyObject;
  };
  /** Chunks of the file as it came. */
  readonly chunks: number;
  readonly thread: number;
  readonly threads: number;
}

/** How the file is read: from which chunk on, and whether its cells are those of a workbook. */
export interface FileForm {
  readonly encoding: Encoding;
  readonly first: number;
  readonly isTyped: boolean;
}

/** One block of the file, checked. */
export interface CheckedBlock {
  /** Position of the block in the file. */
  readonly block: number;
  readonly rows: number;
  /** Rows with an error. */
  readonly discarded: number;
  readonly errorCount: number;
  /** The first ones. */
  readonly errors: readonly ImportError[];
  /** Rows that map well and have an error all the same, for what is on record already. */
  readonly late: Uint32Array;
  /** The rows without error, and 16 bytes of the digest of each one's staff number. */
  readonly at: Uint32Array;
  readonly keys: Uint8Array;
  /** Where each row is a record of its own: type and hashed identity of its records, by row. */
  readonly records: readonly (readonly (readonly [type: string, identity: string])[])[] | null;
  readonly keyHeader: string;
  /** Where the import can only add, or only change, people: the hashes of the staff numbers, as
   * bytea[], and which it is. */
  readonly hashes: Uint8Array | null;
  readonly needs: 'unknown' | 'known' | null;
}

/** A block as it is written: with its position in the file. */
export interface WrittenBlock extends SealedBlock {
  readonly block: number;
}

/** What one block of the file writes. */
export interface SealedBlock {
  readonly subjects: SubjectRows | null;
  readonly keyrings: KeyringRows | null;
  readonly records: readonly RecordRows[];
  readonly replaced: ReplacedRows | null;
  /** By compartment, as `changed-records.ts` packs them but for the first byte. */
  readonly changes: readonly { readonly compartment: number; readonly bytes: Uint8Array }[];
  /** Subject ids of every row, 16 bytes each. */
  readonly people: Uint8Array;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** A person of the client whose staff number was looked for. */
export interface FoundPerson {
  readonly hash: Uint8Array;
  readonly subject: string;
  readonly keyring: Uint8Array;
}

/** `skip`: rows to leave out, ascending; `written`: blocks that are stored already. */
export interface WriteOptions {
  readonly form: FileForm;
  readonly findPeople: boolean;
  readonly skip: Uint32Array;
  readonly written: Uint32Array;
}

/** What the job asks of a thread. */
export type ThreadTasks = {
  detect(argument: null): Encoding | 'workbook' | { refused: ImportError };
  /** Gives the number of chunks that a workbook became. */
  unpack(argument: null): { readonly parts: number } | { refused: ImportError };
  check(form: FileForm): { readonly faults: readonly ImportError[] };
  write(options: WriteOptions): void;
  /** Changes as they were written; gives the digest of FORMATS §1. */
  digestChanges(changes: readonly Uint8Array[]): string;
  /** Subject ids as they were written; gives the list's text in parts, and its digest. */
  listSubjects(people: readonly Uint8Array[]): {
    count: number;
    digest: string;
    parts: readonly Uint8Array[];
  };
};

/** What an undoing asks of its thread. */
export type DigestTasks = Pick<ThreadTasks, 'digestChanges'>;

/** What a thread asks of the job. */
export type JobServices = {
  chunk(part: number): Uint8Array | null;
  /** Stores a chunk of what a workbook became. */
  keepChunk(chunk: { part: number; sealed: Uint8Array }): void;
  checked(block: CheckedBlock): void;
  /** `hashes` is a bytea[] in binary form. */
  findPeople(hashes: Uint8Array): readonly FoundPerson[];
  readRecords(tags: readonly string[]): readonly SealedRecord[];
  /** False when something of it has changed meanwhile: nothing of the block was written. */
  write(block: WrittenBlock): boolean;
};
