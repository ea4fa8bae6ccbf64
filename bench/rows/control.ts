/** How soon the client is obeyed: a fact of one process in force in another one, and the kill switch's way
 * to the last stream that it ends, in both. Bare has no such figures. */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { MeasureRows } from '../context.ts';
import { rowOf } from '../measure.ts';
import type { SideClient } from '../side.ts';
import { call } from '../worksmartly/call.ts';

const FACTS = 20;
const STREAMS = 16;
/** More than sockets and streams hold between them. */
const DOCUMENT_BYTES = 12 * 1024 * 1024;
const PAUSE_MS = 20;

export const controlRows: MeasureRows = async ({ worksmartly }) => {
  const intoForce: number[] = [];
  const ended: number[] = [];
  if (worksmartly !== null) {
    const { side } = worksmartly;
    const other = await side.startFresh();
    try {
      const client = await side.addClient();
      const path = await addDocument(side.port, client);
      for (let i = 0; i < FACTS; i++)
        intoForce.push(await factIntoForce(side.port, other.port, client));
      ended.push(await lastEnded([side.port, other.port], client, path));
    } finally {
      await other.stop();
    }
  }
  const spec = { unit: 'ms', better: 'lower', must: null, aim: null } as const;
  const name = 'a fact in force in another process';
  return [
    rowOf({ ...spec, name, size: FACTS }, { worksmartly: intoForce, bare: [] }),
    rowOf(
      { ...spec, name: 'kill switch to the last ended stream', size: STREAMS },
      { worksmartly: ended, bare: [] },
    ),
  ];
};

/** From sending the suspension to one process until the other one's first refusal has arrived. */
async function factIntoForce(port: number, other: number, client: SideClient): Promise<number> {
  const as = { params: { c: client.id }, token: client.token };
  await call('catalogue.read', { ...as, port: other });
  const started = performance.now();
  const suspending = suspend(port, client);
  while (await isAllowed(() => call('catalogue.read', { ...as, port: other })));
  const ms = performance.now() - started;
  await resume(port, client, await suspending);
  return ms;
}

/** By the ledger's clock, from the suspension's entry to that of the last stream that was cut. */
async function lastEnded(ports: readonly number[], client: SideClient, path: string) {
  const [port] = ports as [number];
  const reading = Array.from({ length: STREAMS }, (_, i) =>
    holdStream(ports[i % ports.length]!, path, client.token),
  );
  const held = await Promise.all(reading);
  const asked = { port, token: client.executive!, params: { c: client.id } };
  const { size: from } = await call('ledger.entries', asked);
  const id = await suspend(port, client);
  for (;;) {
    const entries = await entriesFrom(asked, from as number);
    const cut = entries.filter(({ outcome }) => outcome === 'failed');
    if (cut.length === STREAMS) {
      const suspended = entries.find(({ fact }) => fact?.type === 'access.suspended')!;
      for (const stream of held) stream.destroy();
      await resume(port, client, id);
      return Math.max(...cut.map(({ at }) => Date.parse(at))) - Date.parse(suspended.at);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

interface Entry {
  readonly at: string;
  readonly outcome: string;
  readonly fact: { readonly type: string } | null;
}

type Asked = { port: number; token: string; params: Record<string, string> };

async function entriesFrom({ port, token, params }: Asked, from: number): Promise<Entry[]> {
  const path = `/api/v1/clients/${params.c}/ledger/entries?from=${from}&limit=1000`;
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  return ((await answer.json()) as { entries: Entry[] }).entries;
}

async function suspend(port: number, { id, executive }: SideClient): Promise<string> {
  const asked = { port, token: executive!, params: { c: id } };
  return (await call('access.suspend', asked)).id as string;
}

async function resume(port: number, { id: c, executive }: SideClient, id: string): Promise<void> {
  await call('access.resume', { port, token: executive!, params: { c, id } });
}

async function isAllowed(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if ((error as Error).message.includes(' 403 ')) return false;
    throw error;
  }
}

/** The path of a document that the provider's user may read, of a person made for it. */
async function addDocument(port: number, { id: c, token, executive }: SideClient): Promise<string> {
  const instruction = {
    purposes: ['hr-administration'],
    types: ['employmentContract'],
    recipients: [],
    document: `sha256:${'d'.repeat(64)}`,
    until: null,
  };
  await call('instructions.give', { port, token: executive!, params: { c }, body: instruction });
  const values = {
    person: { firstName: 'Bench', lastName: 'Reader', dateOfBirth: '1984-03-05' },
    employment: { staffNumber: 'B-1', hireDate: '2019-04-01', status: 'active' },
  };
  const records = Object.entries(values).map(([type, of]) => ({ type, values: of }));
  const added = await call('people.add', { port, token, params: { c }, body: { records } });
  const place = { c, sub: added.id as string, type: 'employmentContract' };
  const body = { values: { signedOn: '2024-01-15' } };
  const { id: rec } = await call('records.create', { port, token, params: place, body });
  const path = `/api/v1/clients/${c}/staff/${place.sub}/records/${place.type}/${rec}/documents`;
  const form = new FormData();
  form.append('element', 'file');
  form.append('file', new Blob([pdf()], { type: 'application/pdf' }), 'contract.pdf');
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  const { document } = (await answer.json()) as { document: string };
  return `${path}/${document}`;
}

function pdf(): Uint8Array<ArrayBuffer> {
  const filler = randomBytes(DOCUMENT_BYTES);
  const before = Buffer.from(
    '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n' +
      '2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n' +
      '3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>\nendobj\n' +
      `4 0 obj\n<< /Length ${filler.length} >>\nstream\n`,
    'latin1',
  );
  const after = Buffer.from(
    `\nendstream\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 5 /Root 1 0 R >>\n` +
      `startxref\n${before.length + filler.length + 18}\n%%EOF\n`,
  );
  return new Uint8Array(Buffer.concat([before, filler, after]));
}

/** An answer of which nobody takes more than its first bytes. */
function holdStream(port: number, path: string, token: string): Promise<{ destroy(): void }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const sent = request({ port, path, headers, agent: false }, (answer) => {
      answer.on('error', () => {});
      if (answer.statusCode === 200) answer.once('readable', () => resolve(sent));
      else reject(new Error(`a document: ${answer.statusCode}`));
    });
    sent.on('error', reject);
    sent.end();
  });
}
