/** The opaque tag by which a row is fetched: it links neither to a person nor across compartments. */
import { createHmac, type KeyObject } from 'node:crypto';
import type { Compartment } from '../../../catalogue/catalogue.ts';
import { UUID_BYTES, uuidOfHex, writeUuid } from './uuid-bytes.ts';

const input = Buffer.allocUnsafeSlow(64);

/**
 * HMAC-SHA256(client's tag key, subject(16) ‖ compartment)[0:16], in the text form of a uuid.
 * Throws TypeError when `subject` is not a bare canonical uuid.
 */
export function tagOf(tagKey: KeyObject, subject: string, compartment: Compartment): string {
  writeUuid(input, 0, subject);
  const end = UUID_BYTES + input.write(compartment, UUID_BYTES, 'latin1');
  const hex = createHmac('sha256', tagKey).update(input.subarray(0, end)).digest('hex');
  return uuidOfHex(hex);
}
