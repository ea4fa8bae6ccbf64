// The one digest by which a catalogue is named in facts and evidence (FORMATS §2).
import { createHash } from 'node:crypto';
import { jcs } from '#verifier/jcs.ts';
import type { Catalogue } from './catalogue.ts';

/** SHA-256 of the catalogue's RFC 8785 form, in lowercase hex. */
export function catalogueDigest(catalogue: Catalogue): string {
  return createHash('sha256')
    .update(jcs(catalogue, { integersOnly: true }), 'utf8')
    .digest('hex');
}
