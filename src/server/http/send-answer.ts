/** The gate's answer in the form that the contract, or the caller's Accept, gives it. */
import type { ServerResponse } from 'node:http';
import type { Operation } from '../../contract/operation.ts';
import type { MediaAnswer } from '../domain/media.ts';
import type { Answer, FileAnswer } from '../domain/operation.ts';
import { attachmentHeader } from './attachment-header.ts';
import { setCookies } from './cookies.ts';
import { isPieces, sendEmpty, sendJson, sendPieces, sendWhole } from './send.ts';

const CSV_TYPE = 'text/csv; charset=utf-8; header=present';
const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const FILE_NAMES: Readonly<Record<string, string>> = {
  'application/zip': 'evidence.zip',
  [CSV_TYPE]: 'report.csv',
  [XLSX_TYPE]: 'report.xlsx',
};

/** Sends what was released. Rejects when a stream breaks off; the connection is cut then. */
export async function sendAnswer(
  response: ServerResponse,
  request: string,
  operation: Operation,
  answer: Answer,
): Promise<void> {
  const { status, body } = answer;
  setCookies(response, answer);
  if (status === 303) return sendEmpty(response, status, request, ['Location', answer.location!]);
  if (status === 204) return sendEmpty(response, status, request);
  const csv = csvOf(body);
  if (csv !== undefined) return sendAs(response, status, request, CSV_TYPE, csv);
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
): Promise<void> {
  const name = FILE_NAMES[type];
  const extra = name ? ['Content-Disposition', `attachment; filename="${name}"`] : [];
  if (typeof body === 'string' || body instanceof Uint8Array) {
    return sendWhole(response, status, request, type, body, extra);
  }
  if (isPieces(body)) return sendPieces(response, status, request, type, body, extra);
  throw new TypeError('the operation answered in a form that its contract does not name');
}
