/** `doctor`: whether an installation is sound. */
import { parseId } from '../../contract/ids.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { DATA_OPTION, localConfig } from '../local-server.ts';
import { type Finding, loadDoctor } from '../server-parts.ts';
import { textTable } from '../text-table.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'check database, ledgers, marks and keys',
  options: {
    data: DATA_OPTION,
    records: { help: 'compare every record with the ledger, too' },
  },
  async run(invocation) {
    const { runDoctor } = await loadDoctor();
    const config = await localConfig(invocation);
    return show(invocation, await runDoctor({ ...config, records: invocation.flag('records') }));
  },
};

export const acceptRollback: Command = {
  name: 'doctor accept-rollback',
  summary: 'open a client whose ledger was rolled back, and record who accepted it',
  options: {
    data: DATA_OPTION,
    client: { value: 'ID', help: 'the client', required: true },
    by: { value: 'USER', help: 'who accepts: the usr_… id', required: true },
  },
  async run(invocation) {
    const client = parseId('client', invocation.text('client'));
    const by = invocation.text('by')!;
    if (!client) throw new UsageError('--client must be cli_ and a UUIDv7');
    // Written into a ledger: an id, never a name.
    if (!parseId('user', by)) throw new UsageError('--by must be usr_ and a UUIDv7');
    const { runDoctor } = await loadDoctor();
    const config = await localConfig(invocation);
    return show(invocation, await runDoctor({ ...config, acceptRollback: { client, by } }));
  },
};

function show({ terminal, json }: Invocation, findings: readonly Finding[]): number {
  const ok = findings.every((finding) => finding.ok);
  if (json) terminal.out(JSON.stringify({ ok, findings }));
  else {
    const rows = findings.map((f) => [f.ok ? 'ok' : 'FAULT', f.check, f.about ?? '', f.detail]);
    for (const line of textTable(['', 'check', 'about', 'finding'], rows)) terminal.out(line);
    terminal.out(ok ? 'all is well' : 'something is wrong: see above');
  }
  return ok ? 0 : 1;
}
