/** A call as the gate takes it: everything that is wrong with it is found inside the gate. */
import type { Multipart } from '@fastify/multipart';
import type { Answer } from '../domain/operation.ts';
import { Refusal } from '../fault.ts';
import type { Exchange } from './exchange.ts';
import { inputParser } from './parse-input.ts';
import { openUpload } from './upload.ts';

/** The gate's answer; rejects with its Refusal or Fault. */
export function askGate(exchange: Exchange, body: Buffer | Refusal): Promise<Answer> {
  const { gate, operation, request, caller, limits, abort } = exchange;
  const params = request.params as Record<string, string>;
  const isUpload = operation.accepts === 'multipart' && !(body instanceof Refusal);
  const received = {
    params,
    query: request.query as Record<string, unknown>,
    headers: caller,
    body,
    accept: request.headers.accept,
    lastEventId: request.headers['last-event-id'] as string | undefined,
    ...(isUpload && { upload: openUpload(partsOf(exchange), limits) }),
  };
  const { token, pending, purpose, idempotencyKey } = caller;
  return gate.run({
    operation,
    token,
    pending,
    address: exchange.address,
    params,
    parse: inputParser(operation, received, limits.jsonDepthMax),
    purpose,
    idempotencyKey,
    signal: abort.signal,
  });
}

/** Nothing of the body is read before the first part is asked for. */
async function* partsOf({ request, limits }: Exchange): AsyncGenerator<Multipart> {
  yield* request.parts({
    limits: {
      parts: limits.uploadPartsMax,
      // One byte more than allowed, so that our own count finds it and says which part it was.
      fileSize: limits.uploadFileBytesMax + 1,
      fieldSize: limits.uploadMappingBytesMax,
      fieldNameSize: 100,
      headerPairs: 20,
    },
  });
}
