/** `bench`: WorkSmartly against bare, measured on this machine. */
import { type Command, UsageError } from '../command.ts';

export const bench: Command = {
  name: 'bench',
  summary: 'measure against the same server without gate, ledger and sealing',
  options: {
    quick: { help: '100,000 staff, at most four minutes (the default)' },
    full: { help: '1,000,000 staff' },
  },
  async run({ flag, json, terminal }) {
    if (flag('quick') && flag('full')) throw new UsageError('either --quick or --full');
    const { runBench } = await import('../../../bench/main.ts');
    const { legend, printJson, printTable } = await import('../../../bench/table.ts');
    const scale = flag('full') ? 'full' : 'quick';
    const rows = await runBench({ scale, say: (line) => terminal.err(line) });
    if (json) terminal.out(printJson(rows));
    else terminal.out(`${printTable(rows)}\n\n${legend}`);
    return 0;
  },
};
