/** In a thread: by which hash the person whom a row is about is found, or the client itself. */
import { clientItselfHash, uniqueHash } from '../../vault/crypto/unique-hash.ts';
import type { CompiledMapping } from './file/compile-mapping.ts';
import type { MappedRow } from './file/map-row.ts';
import type { ThreadData } from './thread-messages.ts';

export function hashOf(
  { keys, client }: ThreadData,
  { isOfClient }: CompiledMapping,
  { staffNumber }: MappedRow,
): Buffer {
  if (isOfClient) return clientItselfHash(keys.unique, client);
  return uniqueHash(keys.unique, 'staff-number', staffNumber);
}
