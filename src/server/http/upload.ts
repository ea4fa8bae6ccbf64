/** A multipart body as a stream of parts: nothing is kept, and every limit is a Refusal. */
import type { Multipart } from '@fastify/multipart';
import type { Upload } from '../domain/operation.ts';
import { badInput, Refusal } from '../fault.ts';
import type { HttpLimits } from './limits.ts';

/**
 * The parts that `source` yields. `file` may have `uploadFileBytesMax`, any other part
 * `uploadMappingBytesMax` bytes. A part that was not read is skipped when the next is asked for.
 */
export function openUpload(source: AsyncIterator<Multipart>, limits: HttpLimits): Upload {
  let skip = (): void => {};
  return {
    async next() {
      skip();
      const part = await nextOf(source);
      if (!part) return null;
      const name = part.fieldname ?? '';
      if (part.type === 'field') return { name, bytes: fieldBytes(part, limits) };
      skip = () => part.file.resume();
      const { filename: fileName, mimetype: mediaType } = part;
      return { name, fileName, mediaType, bytes: fileBytes(name, part.file, limits) };
    },
  };
}

async function nextOf(source: AsyncIterator<Multipart>): Promise<Multipart | null> {
  try {
    const { value, done } = await source.next();
    return done ? null : value;
  } catch (error) {
    throw refusalOf(error);
  }
}

async function* fileBytes(
  name: string,
  file: AsyncIterable<Buffer>,
  limits: HttpLimits,
): AsyncGenerator<Buffer> {
  const most = name === 'file' ? limits.uploadFileBytesMax : limits.uploadMappingBytesMax;
  let length = 0;
  try {
    for await (const chunk of file) {
      length += chunk.length;
      if (length > most) throw tooLarge(name, most);
      yield chunk;
    }
  } catch (error) {
    throw refusalOf(error);
  }
}

/** A part without a file name has been read already, up to its limit, and parsed if it said JSON. */
async function* fieldBytes(
  part: Extract<Multipart, { type: 'field' }>,
  limits: HttpLimits,
): AsyncGenerator<Buffer> {
  if (part.valueTruncated) throw tooLarge(part.fieldname, limits.uploadMappingBytesMax);
  yield Buffer.from(typeof part.value === 'string' ? part.value : JSON.stringify(part.value));
}

function tooLarge(name: string, most: number): Refusal {
  const faults = [
    {
      at: `part.${name === 'file' || name === 'mapping' ? name : '(part)'}`,
      reason: 'is too large',
    },
  ];
  return new Refusal(413, ['bad-input'], `A part is larger than ${most} bytes.`, { faults });
}

/** Only what was sent, or that it stopped coming, can fail here. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if ((error as { statusCode?: unknown }).statusCode === 413) {
    return new Refusal(413, ['bad-input'], 'The upload has too many parts, or one too large.');
  }
  return badInput('The body is not complete multipart/form-data.');
}
