// Strict base64, standard (padded) and url (not padded): no other characters, and only the one spelling of each byte string.

/** The bytes, or null if `text` is not the canonical spelling; `length` (bytes) is checked where given. */
export function fromBase64(text: string, length?: number): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  if (length !== undefined && bytes.length !== length) return null;
  return bytes.toString('base64') === text ? bytes : null;
}

/** The bytes, or null if `text` is not the canonical unpadded spelling. */
export function fromBase64url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}
