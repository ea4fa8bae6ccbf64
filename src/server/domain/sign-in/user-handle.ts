/** What an authenticator knows a user by: the bytes of the random id, which say nothing. */
export function userHandle(user: string): string {
  return Buffer.from(user.replaceAll('-', ''), 'hex').toString('base64url');
}
