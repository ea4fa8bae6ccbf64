// manifest.json and keys.json of a bundle: their closed shapes.
import { isHex256, isId } from './ids.ts';
import { parseVkey, type Vkey } from './note.ts';
import { faultOf, isCount, objectOf, type Shape, shapeOf } from './shape.ts';
import { type Reason, VerificationError } from './verification-error.ts';

export interface Manifest {
  format: 'worksmartly-evidence/1';
  client: string;
  size: number;
  /** Hex SHA-256 of every other file, by name. */
  files: Record<string, string>;
}

export interface Keys {
  log: Vkey;
  /** The vkey as it is spelt; what a log.key fact must hold. */
  logText: string;
  previous: { vkey: Vkey; text: string; untilSize: number }[];
}

const MANIFEST = shapeOf({
  format: (value) => value === 'worksmartly-evidence/1',
  client: (value) => isId('cli', value),
  size: isCount(0),
  files: (value) =>
    typeof value === 'object' && value !== null && Object.values(value).every(isHex256),
});
const isPrevious = objectOf({ vkey: isText, untilSize: isCount(0) });
const KEYS = shapeOf({
  log: isText,
  previous: (value) => Array.isArray(value) && value.every(isPrevious),
});

/** Throws VerificationError('not-canonical'). */
export function parseManifest(bytes: Buffer): Manifest {
  return parseShape<Manifest>(bytes, MANIFEST, 'manifest.json', 'not-canonical');
}

/** Throws VerificationError('signature-invalid'). */
export function parseKeys(bytes: Buffer): Keys {
  const { log, previous } = parseShape<{
    log: string;
    previous: { vkey: string; untilSize: number }[];
  }>(bytes, KEYS, 'keys.json', 'signature-invalid');
  return {
    log: parseVkey(log),
    logText: log,
    previous: previous.map(({ vkey, untilSize }) => ({
      vkey: parseVkey(vkey),
      text: vkey,
      untilSize,
    })),
  };
}

/** JSON of a bundle's small file as UTF-8; throws VerificationError(reason) if it is none. */
export function parseJson(bytes: Buffer, name: string, reason: Reason): unknown {
  const value = jsonOrNone(bytes);
  if (value === undefined) throw new VerificationError(reason, `${name}: not JSON`);
  return value;
}

function jsonOrNone(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function parseShape<T>(bytes: Buffer, shape: Shape, name: string, reason: Reason): T {
  const value = parseJson(bytes, name, reason);
  const fault = faultOf(value, shape);
  if (fault !== null) throw new VerificationError(reason, `${name}: ${fault}`);
  return value as T;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
