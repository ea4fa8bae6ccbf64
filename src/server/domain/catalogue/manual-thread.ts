/** The thread that makes one PDF. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { manualPdf, type PdfOptions } from '../../../catalogue/manual-pdf.ts';

const { catalogue, options } = workerData as { catalogue: Catalogue; options: PdfOptions };
const bytes = new Uint8Array(await manualPdf(catalogue, options));
parentPort!.postMessage(bytes, [bytes.buffer]);
