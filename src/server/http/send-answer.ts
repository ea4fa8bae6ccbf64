/** The gate's answer in the form that the contract, or the caller's Accept, gives it. */
import type { ServerResponse } from 'node:http';
import type { Operation } from '../../contract/operation.ts';
import type { MediaAnswer } from '../domain/media.ts';
import type { Answer, FileAnswer, StreamAnswer } from '../domain/operation.ts';
import { attachmentHeader } from './attachment-header.ts';
import { setCookies } from './cookies.ts';
import type { Exchange } from './exchange.ts';
import { isPieces, sendEmpty, sendJson, sendPieces, sendWhole } from './send.ts';
import { sendStream } from './send-stream.ts';

const CSV_TYPE = 'text/csv; charset=utf-8; header=present';
const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const FILE_NAMES: Readonly<Record<string, string>> = {
  'application/zip': 'evidence.zip',
  [CSV_TYPE]: 'report.csv',
  [XLSX_TYPE]: 'report.xlsx',
};

/** Sends what was released. Rejects when a stream breaks off; the connection is cut then. */
export async function sendAnswer(exchange: Exchange, answer: Answer): Promise<void> {
  const { response, operation, limits, abort, closing } = exchange;
  const request = exchange.request.id;
  const { status, body } = answer;
  setCookies(response, answer);
  if (status === 303) return sendEmpty(response, status, request, ['Location', answer.location!]);
  if (status === 204) return sendEmpty(response, status, request);
  const csv = csvOf(body);
  if (csv !== undefined) return sendAs(response, status, request, CSV_TYPE, csv, nameOf(body));
  const xlsx = xlsxOf(body);
  if (xlsx !== undefined) return sendAs(response, status, request, XLSX_TYPE, xlsx);
  const { answers } = operation;
  if (isMedia(answers, body)) {
    const { media, fileName, content } = body;
    const type = media.startsWith('text/') ? `${media}; charset=utf-8` : media;
    const extra = ['Content-Disposition', `attachment; filename="${fileName}"`, 'Vary', 'Accept'];
    return sendWhole(response, status, request, type, content, extra);
  }
  if (answers === 'text/plain')
    return sendAs(response, status, request, 'text/plain; charset=utf-8', body);
  if (answers === 'text/event-stream') {
    const parts = { request, limits, abort, closing };
    return sendStream(response, status, body as StreamAnswer, parts);
  }
  if (answers === 'application/octet-stream') {
    return sendFile(response, status, request, body as FileAnswer);
  }
  if (answers === 'application/zip') return sendAs(response, status, request, answers, body);
  sendJson(response, status, request, body);
}

/** One of the types that the contract lists. */
function isMedia(answers: Operation['answers'], body: unknown): body is MediaAnswer {
  if (!Array.isArray(answers) || typeof body !== 'object' || body === null) return false;
  return 'media' in body && answers.includes(body.media);
}

/** With the length that the whole will have: an answer that breaks off is then seen to be cut. */
function sendFile(
  response: ServerResponse,
  status: number,
  request: string,
  { file, pieces }: FileAnswer,
): Promise<void> {
  const { mediaType, name, bytes } = file;
  const length = ['Content-Length', String(bytes)];
  const extra = ['Content-Disposition', attachmentHeader(name), ...length];
  return sendPieces(response, status, request, mediaType, pieces, extra);
}

function csvOf(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('csv' in body)) return undefined;
  return body.csv;
}

/** Of a CSV that is no report. */
function nameOf(body: unknown): string | undefined {
  return (body as { fileName?: string }).fileName;
}

function xlsxOf(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('xlsx' in body)) return undefined;
  return body.xlsx;
}

async function sendAs(
  response: ServerResponse,
  status: number,
  request: string,
  type: string,
  body: unknown,
  name = FILE_NAMES[type],
): Promise<void> {
  const extra = name ? ['Content-Disposition', `attachment; filename="${name}"`] : [];
  if (typeof body === 'string' || body instanceof Uint8Array) {
    return sendWhole(response, status, request, type, body, extra);
  }
  if (isPieces(body)) return sendPieces(response, status, request, type, body, extra);
  throw new TypeError('the operation answered in a form that its contract does not name');
}
