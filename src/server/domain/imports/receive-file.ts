/** Takes in an upload: the mapping is checked, the file is sealed chunk by chunk as it arrives. Nothing
 * of it is ever on disk in clear, and the whole of it never in memory. */
import { createHash, type KeyObject } from 'node:crypto';
import { jcs } from '#verifier/jcs.ts';
import { type Mapping, mappingSchema } from '../../../contract/mapping.ts';
import { badInput } from '../../fault.ts';
import { newUuid } from '../../uuid.ts';
import { newKey } from '../../vault/crypto/random-key.ts';
import { uniqueHash } from '../../vault/crypto/unique-hash.ts';
import { deleteChunks, insertChunks } from '../../vault/import-parts-sql.ts';
import { IN_BULK } from '../../vault/import-sql.ts';
import type { Call, Upload } from '../operation.ts';
import { CHUNK_BYTES, sealChunk } from './import-key.ts';

export interface Received {
  /** The uuid that the import will have. */
  readonly id: string;
  readonly startedAt: number;
  readonly key: KeyObject;
  readonly mapping: Mapping;
  /** HMAC of the file, the mapping, the mode and what is done with errors, under a key of the client. */
  readonly fingerprint: Buffer;
  readonly chunks: number;
  /** The sealed chunks, if they are few: saves reading them back. */
  readonly kept: readonly Buffer[];
}

const MAPPING_BYTES_MAX = 1024 * 1024;
const KEPT_MAX = 128;
const CHUNKS_PER_WRITE = 4;
const FAULTS_MAX = 20;

const received = new WeakMap<Upload, Promise<Received>>();

/** The upload of this call. It can be read once only, but the gate may run the call again: then the
 * first reading stands. Throws a Refusal, and then leaves no chunk behind. */
export function receiveFile(call: Call): Promise<Received> {
  const { upload } = call.input;
  if (!upload) throw badInput('Send the file and its mapping as multipart/form-data.');
  const known = received.get(upload) ?? receive(call, upload);
  received.set(upload, known);
  return known;
}

/** Removes the chunks of a request that came to nothing. */
export async function discardFile({ house, state }: Call, id: string): Promise<void> {
  await house.database.batch([state.id], [deleteChunks(state.id, id)]);
}

async function receive(call: Call, upload: Upload): Promise<Received> {
  const { state, input, at } = call;
  const id = newUuid(at);
  const key = newKey();
  let mapping: Mapping | undefined;
  let file: StoredFile | undefined;
  try {
    for (let part = await upload.next(); part; part = await upload.next()) {
      if (part.name === 'mapping' && !mapping) mapping = await readMapping(part.bytes);
      else if (part.name === 'file' && !file) file = await storeFile(call, id, key, part.bytes);
      else throw badPart(part.name === 'mapping' || part.name === 'file' ? part.name : '(part)');
    }
    if (!mapping || !file) throw missingPart(mapping ? 'file' : 'mapping');
  } catch (error) {
    await discardFile(call, id);
    throw error;
  }
  const rules = createHash('sha256').update(jcs(mapping)).digest('hex');
  const skip = input.query.onError === 'skip' ? '/skip' : '';
  const what = `${file.sha256}/${rules}/${input.query.mode}${skip}`;
  const fingerprint = uniqueHash(state.clientKeys.unique, 'import', what);
  return { id, startedAt: at, key, mapping, fingerprint, chunks: file.chunks, kept: file.kept };
}

async function readMapping(bytes: AsyncIterable<Buffer>): Promise<Mapping> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > MAPPING_BYTES_MAX) throw badMapping([{ at: 'mapping', reason: 'is too large' }]);
    chunks.push(chunk);
  }
  const parsed = mappingSchema.safeParse(jsonOf(Buffer.concat(chunks)));
  if (parsed.success) return parsed.data;
  throw badMapping(
    parsed.error.issues.slice(0, FAULTS_MAX).map(({ path, message }) => ({
      at: ['mapping', ...path].map(String).join('.').slice(0, 300),
      reason: message,
    })),
  );
}

/** Undefined, which no schema takes, for what is not JSON. */
function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** The same for a file that the server made itself. */
export async function keepFile(
  call: Call,
  mapping: Mapping,
  bytes: AsyncIterable<Buffer>,
  what: string,
): Promise<Received> {
  const { state, at } = call;
  const id = newUuid(at);
  const key = newKey();
  try {
    const { chunks, kept } = await storeFile(call, id, key, bytes);
    const fingerprint = uniqueHash(state.clientKeys.unique, 'import', what);
    return { id, startedAt: at, key, mapping, fingerprint, chunks, kept };
  } catch (error) {
    await discardFile(call, id);
    throw error;
  }
}

interface StoredFile {
  readonly sha256: string;
  readonly chunks: number;
  readonly kept: readonly Buffer[];
}

/** There is a chunk 0 even of an empty file: a running import holds its lock. */
async function storeFile(
  { house, state }: Call,
  id: string,
  key: KeyObject,
  bytes: AsyncIterable<Buffer>,
): Promise<StoredFile> {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let kept: Buffer[] = [];
  let waiting: Buffer[] = [];
  let writing: Promise<unknown> = Promise.resolve();
  let used = 0;
  let chunks = 0;

  const flush = async () => {
    const sealed = waiting;
    waiting = [];
    await writing;
    const insert = insertChunks(state.id, id, chunks - sealed.length, sealed);
    writing = house.database.batch([state.id], [IN_BULK, insert]);
    // Whoever awaits it next hears of it.
    writing.catch(() => {});
  };
  const seal = () => {
    const sealed = sealChunk(key, state.id, id, chunks++, block.subarray(0, used));
    waiting.push(sealed);
    if (chunks <= KEPT_MAX) kept.push(sealed);
    else kept = [];
    used = 0;
  };
  try {
    for await (const chunk of bytes) {
      hash.update(chunk);
      for (let at = 0; at < chunk.length; ) {
        const end = Math.min(chunk.length, at + CHUNK_BYTES - used);
        used += chunk.copy(block, used, at, end);
        at = end;
        if (used === CHUNK_BYTES) seal();
      }
      if (waiting.length >= CHUNKS_PER_WRITE) await flush();
    }
    if (used > 0 || chunks === 0) seal();
    if (waiting.length > 0) await flush();
  } finally {
    block.fill(0);
    await writing;
  }
  return { sha256: hash.digest('hex'), chunks, kept };
}

function badMapping(faults: { at: string; reason: string }[]) {
  return badInput('The mapping cannot be used.', faults);
}

function badPart(name: string) {
  return badInput('The upload has a part too many.', [
    { at: `part.${name}`, reason: 'is not known here, or came twice' },
  ]);
}

function missingPart(name: string) {
  return badInput('The upload is not complete.', [{ at: `part.${name}`, reason: 'is missing' }]);
}
