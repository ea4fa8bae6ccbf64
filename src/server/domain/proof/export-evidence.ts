/** The evidence bundle (FORMATS §2): a zip that an outsider verifies offline. Its last entry is that
 * of this very call; the bytes flow only after that entry stands. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { formatCheckpoint } from '#verifier/checkpoint.ts';
import { appendLeaf, leafHash, rootOfFrontier } from '#verifier/merkle.ts';
import { formatNote, signNoteText } from '#verifier/note.ts';
import { toId } from '../../../contract/ids.ts';
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { readEntryBytes } from '../../ledger/read-entries.ts';
import { readAdopted } from '../catalogue/adopted.ts';
import type { DomainOperation } from '../operation.ts';

export const exportEvidence: DomainOperation = {
  run: ({ house, state }) => ({
    types: [],
    answer: ({ index }) => bundle(house, state, index + 1),
  }),
};

/** Members have a fixed time, so that the same ledger gives the same bytes. */
const MEMBER = { mtime: new Date(Date.UTC(2000, 0, 1)), compressionLevel: 1 };

/** The zip as a stream; entries are read page by page. The ledger may have grown beyond `size`: the
 * checkpoint is made for exactly the entries inside. */
async function bundle(house: House, state: LedgerState, size: number): Promise<Readable> {
  const zip = new ZipFile();
  const files: Record<string, string> = {};
  const add = (name: string, bytes: Buffer) => {
    files[name] = sha256(bytes);
    zip.addBuffer(bytes, name, MEMBER);
  };
  const catalogues = await cataloguesOf(house, state);
  add('catalogue.json', Buffer.from(JSON.stringify(catalogues)));
  const signing = state.keys;
  add('keys.json', Buffer.from(JSON.stringify(keysOf(state, size))));
  for (const [name, bytes] of house.policyFiles) add(`policies/${name}`, bytes);
  const digest = createHash('sha256');
  let root: Buffer | null = null;
  const lines = entryLines(house, state, size, digest, (frontier) => {
    root = rootOfFrontier(frontier);
  });
  const entries = Readable.from(lines, { objectMode: false });
  entries.on('error', (error) => zip.outputStream.emit('error', error));
  entries.on('end', () => {
    files['entries.jsonl'] = digest.digest('hex');
    add('checkpoint', Buffer.from(checkpointNote(signing, size, root!)));
    const manifest = {
      format: 'worksmartly-evidence/1',
      client: toId('client', state.id),
      size,
      files,
    };
    zip.addBuffer(Buffer.from(JSON.stringify(manifest)), 'manifest.json', MEMBER);
    zip.end();
  });
  zip.addReadStream(entries, 'entries.jsonl', MEMBER);
  return zip.outputStream as Readable;
}

async function* entryLines(
  house: House,
  state: LedgerState,
  size: number,
  digest: ReturnType<typeof createHash>,
  done: (frontier: Buffer[]) => void,
): AsyncGenerator<Buffer> {
  const newline = Buffer.from('\n');
  let frontier: Buffer[] = [];
  let index = 0;
  for await (const page of readEntryBytes(house, state, 0, size)) {
    const parts: Buffer[] = [];
    for (const bytes of page) {
      frontier = appendLeaf(frontier, index++, leafHash(bytes));
      parts.push(bytes, newline);
    }
    const chunk = Buffer.concat(parts);
    digest.update(chunk);
    if (index === size) done(frontier);
    yield chunk;
  }
}

/** The key that signs a checkpoint of this size, and those before it: each until the fact that names the
 * next one. */
function keysOf({ keys, authority }: LedgerState, size: number) {
  const recorded = authority.logKeys.filter(({ index }) => index < size);
  const previous = recorded
    .slice(0, -1)
    .map(({ vkey }, i) => ({ vkey, untilSize: recorded[i + 1]!.index }));
  return { log: keys.vkey, previous };
}

function checkpointNote(keys: LedgerState['keys'], size: number, root: Buffer): string {
  const { origin, signing, publicKey } = keys;
  const text = formatCheckpoint({ origin, size, root });
  return formatNote(text, [signNoteText(text, origin, signing, publicKey)]);
}

async function cataloguesOf(house: House, state: LedgerState) {
  const seen = new Map<string, { version: number; catalogue: unknown }>();
  for (const { version, sha256: name } of state.authority.adopted) {
    if (!seen.has(name))
      seen.set(name, { version, catalogue: await readAdopted(house, state, name) });
  }
  return [...seen.values()];
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
