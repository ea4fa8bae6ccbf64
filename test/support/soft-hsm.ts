/** A SoftHSM token in a directory of its own (Debian: softhsm2). */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const SOFT_HSM = '/usr/lib/softhsm/libsofthsm2.so';

/** Why its tests are skipped, or false. */
export const withoutSoftHsm = existsSync(SOFT_HSM)
  ? false
  : 'SoftHSM is missing: apt-get install softhsm2';

export interface Token {
  readonly token: string;
  readonly pin: string;
}

/** Makes the token; from then on this process and its children find it. */
export function makeToken(directory: string, { token, pin }: Token): void {
  const tokens = join(directory, 'tokens');
  mkdirSync(tokens);
  const conf = join(directory, 'softhsm2.conf');
  writeFileSync(conf, `directories.tokendir = ${tokens}\nlog.level = ERROR\n`);
  process.env.SOFTHSM2_CONF = conf;
  const init = ['--init-token', '--free', '--label', token, '--pin', pin, '--so-pin', '92736455'];
  execFileSync('softhsm2-util', init, { stdio: 'ignore' });
}
