/** Where the server is, and who asks. */
import { UsageError } from './command.ts';

export interface Connection {
  /** Ends in /api/v1. */
  readonly base: string;
  readonly token: string;
}

/** From --url and --token, or WORKSMARTLY_URL and WORKSMARTLY_TOKEN. Throws UsageError. */
export function connectionFrom(
  given: { readonly url: string | undefined; readonly token: string | undefined },
  env: NodeJS.ProcessEnv,
): Connection {
  const url = given.url ?? env.WORKSMARTLY_URL;
  const token = given.token ?? env.WORKSMARTLY_TOKEN;
  if (!url) throw new UsageError('say which server: --url URL or WORKSMARTLY_URL');
  if (!token) throw new UsageError('say who asks: --token TOKEN or WORKSMARTLY_TOKEN');
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError('the URL must begin with http:// or https://');
  }
  if (!/^[!-~]+$/.test(token)) throw new UsageError('the token has characters that no token has');
  return { base: `${url.replace(/\/+$/, '').replace(/\/api\/v1$/, '')}/api/v1`, token };
}
