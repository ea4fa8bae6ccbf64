// C2SP signed-note: a text, an empty line, and signature lines. Only Ed25519 keys (type 0x01) are known; others are ignored.
import { hash, type KeyObject, sign } from 'node:crypto';
import { fromBase64 } from './base64.ts';
import { isEd25519Signature } from './ed25519.ts';
import { VerificationError } from './verification-error.ts';

/** Bytes of a note and signatures on it that are read at all (the specification asks for at least 16). */
const NOTE_BYTES_MAX = 1_000_000;
const NOTE_SIGNATURES_MAX = 64;

const ED25519 = 0x01;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids exactly these
const TEXT = /^[^\u0000-\u0009\u000b-\u001f]*\n$/;
const NAME = /^[^\s+\u0085]+$/u;

/** A verifier key: name, 4-byte key id, and the 32-byte Ed25519 public key. */
export interface Vkey {
  name: string;
  keyId: Buffer;
  publicKey: Buffer;
}

export interface NoteSignature {
  name: string;
  keyId: Buffer;
  signature: Buffer;
}

export interface Note {
  text: string;
  signatures: NoteSignature[];
}

/** SHA-256(name ‖ 0x0A ‖ type ‖ public key)[0:4]. */
function keyId(name: string, publicKey: Uint8Array, type = ED25519): Buffer {
  const input = Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([type]), publicKey]);
  return hash('sha256', input, 'buffer').subarray(0, 4);
}

/** `name+hex8(key id)+base64(type ‖ public key)`; throws TypeError on a malformed name or a key that is not 32 bytes. */
export function formatVkey(name: string, publicKey: Uint8Array): string {
  if (!NAME.test(name) || !name.isWellFormed()) throw new TypeError('note: malformed key name');
  if (publicKey.length !== 32) throw new TypeError('note: an Ed25519 key has 32 bytes');
  const key = Buffer.concat([Buffer.from([ED25519]), publicKey]).toString('base64');
  return `${name}+${keyId(name, publicKey).toString('hex')}+${key}`;
}

/** Throws VerificationError('signature-invalid') on any malformed vkey, and on key types that are not Ed25519. */
export function parseVkey(vkey: string): Vkey {
  const parts = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(vkey);
  const bytes = parts && fromBase64(parts[3]!, 33);
  if (!parts || !bytes || bytes[0] !== ED25519 || !NAME.test(parts[1]!)) {
    throw invalid('malformed verifier key');
  }
  const key = {
    name: parts[1]!,
    keyId: Buffer.from(parts[2]!, 'hex'),
    publicKey: bytes.subarray(1),
  };
  if (!keyId(key.name, key.publicKey).equals(key.keyId)) {
    throw invalid('the key id of the verifier key does not fit its key');
  }
  return key;
}

/** The note with these signature lines; throws TypeError if the text is not a note text. */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  if (!TEXT.test(text) || !text.isWellFormed()) throw new TypeError('note: malformed text');
  const lines = signatures.map(({ name, keyId: id, signature }) => {
    if (!NAME.test(name)) throw new TypeError('note: malformed key name');
    return `\u2014 ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/** The Ed25519 signature of `text` as a line of its note; `privateKey` must belong to `publicKey` (32 bytes). */
export function signNoteText(
  text: string,
  name: string,
  privateKey: KeyObject,
  publicKey: Uint8Array,
): NoteSignature {
  const signature = sign(null, Buffer.from(text), privateKey);
  return { name, keyId: keyId(name, publicKey), signature };
}

/** Takes a note apart, verifying nothing; throws VerificationError('signature-invalid') on a malformed one. */
export function parseNote(note: string): Note {
  if (note.length > NOTE_BYTES_MAX) throw invalid('the note is too long');
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const tail = note.slice(end + 2);
  if (end < 0 || !TEXT.test(text) || !note.isWellFormed() || !tail.endsWith('\n')) {
    throw invalid('malformed note');
  }
  const lines = tail.slice(0, -1).split('\n');
  if (lines.length > NOTE_SIGNATURES_MAX) throw invalid('too many signatures');
  return { text, signatures: lines.map(parseSignatureLine) };
}

/** The text of a note: everything up to its last empty line. Verifies nothing. */
export function noteText(note: string): string {
  return parseNote(note).text;
}

/**
 * The text, and which of `vkeys` signed it. Signatures by other keys are ignored; one that fails under a given key, or
 * none that holds, throws VerificationError('signature-invalid').
 */
export function verifyNote(
  note: string,
  vkeys: readonly Vkey[],
): { text: string; signedBy: Vkey[] } {
  const { text, signatures } = parseNote(note);
  const message = Buffer.from(text);
  const signedBy = new Set<Vkey>();
  for (const line of signatures) {
    for (const vkey of vkeys) {
      if (line.name !== vkey.name || !line.keyId.equals(vkey.keyId)) continue;
      if (!isEd25519Signature(vkey.publicKey, message, line.signature)) {
        throw invalid(`the signature of ${vkey.name} does not verify`);
      }
      signedBy.add(vkey);
    }
  }
  if (signedBy.size === 0) throw invalid('no signature by a known key');
  return { text, signedBy: [...signedBy] };
}

function parseSignatureLine(line: string): NoteSignature {
  const parts = /^\u2014 ([^ ]+) ([^ ]+)$/u.exec(line);
  const bytes = parts && fromBase64(parts[2]!);
  if (!parts || !bytes || bytes.length < 5 || !NAME.test(parts[1]!)) {
    throw invalid('malformed signature line');
  }
  return { name: parts[1]!, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

function invalid(detail: string): VerificationError {
  return new VerificationError('signature-invalid', detail);
}
