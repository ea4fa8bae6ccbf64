/** `evidence`: the bundle with which an outsider verifies a client's ledger. */
import { operation } from '../../contract/operations.ts';
import { openCall } from '../client.ts';
import type { Command } from '../command.ts';
import { openProgress } from '../progress.ts';
import { saveBody } from '../save-body.ts';

export const evidence: Command = {
  name: 'evidence',
  summary: 'export the evidence bundle of a client',
  connects: true,
  options: {
    client: { value: 'ID', help: 'the client', required: true },
    out: { value: 'FILE.zip', help: 'where to write it', required: true },
  },
  async run({ text, json, terminal, connection }) {
    const params = { c: text('client')! };
    const path = text('out')!;
    const response = await openCall(connection(), operation('evidence.export'), { params });
    const progress = openProgress(terminal, 'receiving', 'bytes');
    try {
      const bytes = await saveBody(response, path, (received) => progress.update(received, null));
      terminal.out(json ? JSON.stringify({ file: path, bytes }) : `${path}: ${bytes} bytes`);
    } finally {
      progress.close();
    }
    return 0;
  },
};
