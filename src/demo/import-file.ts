/** Sends a staff file under a mapping and waits for the outcome. */
import { callOperation, openCall } from '../cli/client.ts';
import { operation } from '../contract/operations.ts';

type Connection = Parameters<typeof openCall>[0];

const POLL_MS = 50;

/** The status of the import once it is over. */
export async function importFile(
  connection: Connection,
  client: string,
  mode: 'check' | 'commit',
  file: { readonly name: string; readonly bytes: Buffer; readonly mapping: object },
) {
  const form = new FormData();
  form.set(
    'mapping',
    new Blob([JSON.stringify(file.mapping)], { type: 'application/json' }),
    'mapping.json',
  );
  form.set('file', new Blob([new Uint8Array(file.bytes)], { type: 'text/csv' }), file.name);
  const request = new Request('http://demo.invalid', { method: 'POST', body: form });
  const response = await openCall(connection, operation('imports.start'), {
    params: { c: client },
    query: { mode },
    upload: { type: request.headers.get('content-type')!, stream: request.body! },
  });
  const { id } = (await response.json()) as { id: string };
  for (;;) {
    const status = await callOperation(connection, 'imports.read', { params: { c: client, id } });
    if (status.state !== 'queued' && status.state !== 'running') return status;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
