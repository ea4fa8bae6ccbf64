/** `bench`: WorkSmartly against bare, measured on this machine. */
import { writeFileSync } from 'node:fs';
import { type Command, UsageError } from '../command.ts';

export const bench: Command = {
  name: 'bench',
  summary: 'measure against the same server without gate, ledger and sealing',
  options: {
    quick: { help: '100,000 staff, at most four minutes (the default)' },
    full: { help: '1,000,000 staff and 1,000 clients, at most half an hour' },
    rows: { value: 'NAMES', help: 'only these rows, for instance reads,reports' },
    part: { value: 'N', help: 'an Nth of the staff and entries, to try it out' },
    out: { value: 'FILE', help: 'also write the rows as JSON there, each as it is measured' },
  },
  notes:
    'Rows: import, reads, spread, writes, list, reports, cold, flat, memory, clients, signin, verify. Progress goes to stderr, and each row as soon as it is measured.',
  async run({ flag, text, json, terminal }) {
    if (flag('quick') && flag('full')) throw new UsageError('either --quick or --full');
    const { runBench } = await import('../../../bench/main.ts');
    const { stepsOf } = await import('../../../bench/steps.ts');
    const { legend, printJson, printRow, printTable } = await import('../../../bench/table.ts');
    const steps = stepsOf(text('rows') ?? '');
    if (text('rows') !== undefined && steps === null) throw new UsageError('--rows: see --help');
    const part = Number(text('part') ?? 1);
    if (!Number.isInteger(part) || part < 1) throw new UsageError('--part takes a whole number');
    const out = text('out');
    let told = 0;
    const rows = await runBench({
      scale: flag('full') ? 'full' : 'quick',
      part,
      ...(steps && { steps }),
      say: (line) => terminal.err(line),
      onRows(done) {
        for (const row of done.slice(told)) terminal.err(`        ${printRow(row)}`);
        told = done.length;
        if (out !== undefined) writeFileSync(out, `${printJson(done)}\n`);
      },
    });
    if (json) terminal.out(printJson(rows));
    else terminal.out(`${printTable(rows)}\n\n${legend}`);
    return 0;
  },
};
