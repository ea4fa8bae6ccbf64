/** The procedure manual of a client. The PDF is made in a thread of its own: it takes seconds. */
import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { printManual } from '../../../catalogue/manual.ts';
import { manualHtml } from '../../../catalogue/manual-html.ts';
import type { PdfOptions } from '../../../catalogue/manual-pdf.ts';
import { Fault } from '../../fault.ts';
import { readProfile } from '../clients/client-profile.ts';
import { chooseMedia, type MediaAnswer } from '../media.ts';
import type { DomainOperation } from '../operation.ts';

const FORMS = ['text/markdown', 'text/html', 'application/pdf'] as const;
const KEPT_MAX = 4;

/** The last ones made, by what is in them; nothing about people is. */
const kept = new Map<string, Promise<Uint8Array>>();
let turn: Promise<unknown> = Promise.resolve();

export const readManual: DomainOperation = {
  async run({ house, state, grant, input, at }) {
    const media = chooseMedia(input.accept, FORMS);
    const { catalogue } = grant!;
    const client = (await readProfile(house, state)).name;
    // A day has one manual: whoever asks twice gets the same bytes.
    const day = `${new Date(at).toISOString().slice(0, 10)}T00:00:00.000Z`;
    return {
      types: [],
      async answer(): Promise<MediaAnswer> {
        if (media === 'text/markdown') {
          return { media, fileName: 'manual.md', content: printManual(catalogue, { client }) };
        }
        if (media === 'text/html') {
          return { media, fileName: 'manual.html', content: manualHtml(catalogue, { client }) };
        }
        const content = await pdfOf(catalogue, { client, at: day });
        return { media, fileName: 'manual.pdf', content };
      },
    };
  },
};

function pdfOf(catalogue: Catalogue, options: PdfOptions): Promise<Uint8Array> {
  const key = createHash('sha256')
    .update(JSON.stringify([catalogue, options]))
    .digest('hex');
  const known = kept.get(key);
  if (known !== undefined) return known;
  // One after the other: ten callers must not take ten processors.
  const made = turn.then(() => makePdf(catalogue, options));
  turn = made.catch(() => kept.delete(key));
  kept.set(key, made);
  for (const old of kept.keys()) if (kept.size > KEPT_MAX) kept.delete(old);
  return made;
}

function makePdf(catalogue: Catalogue, options: PdfOptions): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./manual-thread.ts', import.meta.url), {
      workerData: { catalogue, options },
    });
    worker.once('message', (bytes: Uint8Array) => {
      resolve(bytes);
      void worker.terminate();
    });
    worker.once('error', (error) => reject(new Fault('manual', 'the manual failed', error)));
    worker.once('exit', () => reject(new Fault('manual', 'the thread of the manual ended')));
  });
}
