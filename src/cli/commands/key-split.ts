/** `key split` and `key combine`: the root key file among custodians, and back. */
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, UsageError } from '../command.ts';
import { DATA_OPTION, localConfig, SHARES_OPTION } from '../local-server.ts';
import { loadHouse, loadKeyFile, loadSplitting } from '../server-parts.ts';

export const splitKey: Command = {
  name: 'key split',
  summary: 'split the root key among custodians, so that nobody starts the server alone',
  options: {
    data: DATA_OPTION,
    shares: { value: 'N', help: 'how many custodians there are', required: true },
    threshold: { value: 'K', help: 'how many of them start the server together', required: true },
    out: { value: 'DIR', help: 'a new directory for the shares, one file each', required: true },
    with: { ...SHARES_OPTION, help: 'the present shares, when it is split already: files or -' },
  },
  notes:
    'Stop every server first. The root key is exchanged with it: earlier shares and copies of\nthe key file open nothing any more.',
  async run(invocation) {
    const { terminal, json, text } = invocation;
    const [total, threshold] = [wholeNumber(text('shares')), wholeNumber(text('threshold'))];
    const out = text('out')!;
    const { openHouse } = await loadHouse();
    const { splitRoot } = await loadSplitting();
    const config = await localConfig(invocation, 'with');
    const opened = await openHouse({ ...config, now: Date.now, log: () => {} });
    try {
      const { version } = await splitRoot(opened.house, {
        total,
        threshold,
        handOut: (shares) => writeShares(out, shares, threshold),
      });
      if (json) terminal.out(JSON.stringify({ version, total, threshold, out }));
      else {
        terminal.out(`root key version ${version}, in ${total} shares in ${out}`);
        terminal.out(
          `any ${threshold} of them start the server: serve --shares FILES or --shares -`,
        );
        terminal.out(
          'give each custodian one, on paper or a device of their own, and remove the files',
        );
      }
      return 0;
    } finally {
      await opened.close();
    }
  },
};

export const combineKey: Command = {
  name: 'key combine',
  summary: 'check that shares open the root key file; or take the split back',
  options: {
    data: DATA_OPTION,
    shares: { ...SHARES_OPTION, required: true },
    release: { help: 'protect the file by WORKSMARTLY_ROOT_PASSPHRASE again, or not at all' },
  },
  async run(invocation) {
    const { terminal, json, flag } = invocation;
    const { combineRoot } = await loadKeyFile();
    const { config, secrets } = await localConfig(invocation);
    const release = flag('release');
    const { version } = await combineRoot(config, secrets, release);
    if (json) terminal.out(JSON.stringify({ version, released: release }));
    else {
      terminal.out(`these shares open root key version ${version}`);
      if (release) terminal.out('the split is taken back: rotate the root key to make it count');
    }
    return 0;
  },
};

function wholeNumber(given: string | undefined): number {
  const value = Number(given);
  if (Number.isInteger(value) && value > 0) return value;
  throw new UsageError('--shares and --threshold take whole numbers');
}

/** Each is on the disk before the key file is changed. */
function writeShares(directory: string, shares: readonly string[], threshold: number): void {
  mkdirSync(directory, { mode: 0o700 });
  for (const [i, share] of shares.entries()) {
    const lines = [
      `WorkSmartly: share ${i + 1} of ${shares.length} of a root key. Any ${threshold} open it together;`,
      'fewer tell nothing. Keep it apart from the others. Made ONCE: a new splitting replaces it.',
      '',
      share,
      '',
    ];
    const file = openSync(join(directory, `share-${i + 1}.txt`), 'wx', 0o600);
    writeSync(file, lines.join('\n'));
    fsyncSync(file);
    closeSync(file);
  }
}
