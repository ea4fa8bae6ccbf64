/** `verify`: the verifier's own command, run from here. */
import type { Command } from '../command.ts';

export const verify: Command = {
  name: 'verify',
  summary: 'verify an evidence bundle offline',
  positionals: ['BUNDLE'],
  options: {
    key: { value: 'VKEY', help: "the ledger's key, from elsewhere than the bundle" },
    since: { value: 'CHECKPOINT', help: 'a file with an older checkpoint of this ledger' },
  },
  notes:
    'The same as verifier/bin/worksmartly-verify.js, which needs nothing else of this repository.',
  async run({ positionals, text, json }) {
    const { main } = await import('#verifier/main.ts');
    const args = [...positionals];
    for (const name of ['key', 'since']) {
      const value = text(name);
      if (value !== undefined) args.push(`--${name}`, value);
    }
    return main(json ? [...args, '--json'] : args);
  },
};
