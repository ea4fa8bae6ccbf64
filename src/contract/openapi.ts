/** The operation table as an OpenAPI 3.1 document. */
import { z } from 'zod';
import { mappingSchema } from './mapping.ts';
import type { Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { problem, purpose } from './schemas.ts';

type Json = { [key: string]: unknown };

const OPENAPI_VERSION = '3.1.0';

/** These come as CSV too when the caller accepts that. */
const CSV_TOO: ReadonlySet<string> = new Set(['reports.run', 'activity.list']);

/** The document for all operations; plain JSON. */
export function openApi(): Json {
  const paths: Record<string, Json> = {};
  for (const operation of OPERATIONS as readonly Operation[]) {
    paths[operation.path] ??= {};
    paths[operation.path]![operation.method.toLowerCase()] = operationObject(operation);
  }
  return {
    openapi: OPENAPI_VERSION,
    info: {
      title: 'WorkSmartly',
      version: '1',
      description:
        'Every call with a token is decided on facts that the ledger holds, and recorded there before ' +
        'it is answered. What does not exist and what is not yours to know of get the same 404.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ bearer: [] }],
    tags: [...new Set(OPERATIONS.map(({ id }) => tagOf(id)))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'wst_ and 43 characters' },
      },
      schemas: { Problem: schemaOf(problem, 'output') },
      parameters: {
        Purpose: {
          name: 'WorkSmartly-Purpose',
          in: 'header',
          description: 'What the data is used for; each operation has a default.',
          schema: schemaOf(purpose, 'input'),
        },
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          description:
            'For 24 hours, a call repeated with the same key is answered with the first answer.',
          schema: { type: 'string', minLength: 1, maxLength: 200 },
        },
      },
      responses: {
        Problem: {
          description: 'Refused or failed (RFC 9457)',
          content: {
            'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
          },
        },
      },
    },
  };
}

function operationObject(operation: Operation): Json {
  const { id, summary, ledger } = operation;
  const parameters = parametersOf(operation);
  const requestBody = requestBodyOf(operation);
  return {
    operationId: id,
    summary,
    tags: [tagOf(id)],
    ...(ledger === null && { security: [] }),
    ...(ledger !== null && { 'x-ledger': ledger }),
    ...(operation.purpose && { 'x-default-purpose': operation.purpose }),
    ...(parameters.length && { parameters }),
    ...(requestBody && { requestBody }),
    responses: {
      [operation.status]: answerOf(operation),
      ...(ledger !== null && { default: { $ref: '#/components/responses/Problem' } }),
    },
  };
}

function parametersOf(operation: Operation): Json[] {
  const headers: Json[] = [];
  if (operation.purpose) headers.push({ $ref: '#/components/parameters/Purpose' });
  if (operation.repeatable) headers.push({ $ref: '#/components/parameters/IdempotencyKey' });
  if (operation.answers === 'text/event-stream') headers.push(LAST_EVENT_ID);
  const inPath = operation.params ? namedParameters(operation.params, 'path') : [];
  const inQuery = operation.query ? namedParameters(operation.query, 'query') : [];
  return [...inPath, ...inQuery, ...headers];
}

/** As `EventSource` sends it when it connects again. */
const LAST_EVENT_ID: Json = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: 'The id of the last event that arrived: what came after it is sent first.',
  schema: { type: 'string', pattern: '^[0-9]{1,16}$' },
};

/** A parameter is required when the input must have it, and has the type that it is read as. */
function namedParameters(schema: z.ZodObject, place: 'path' | 'query'): Json[] {
  const input = schemaOf(schema, 'input');
  const output = schemaOf(schema, 'output');
  const required = new Set(input.required as string[] | undefined);
  const properties = Object.entries((output.properties ?? {}) as Record<string, Json>);
  const named: Json[] = properties.map(([name, of]) => ({
    name,
    in: place,
    required: place === 'path' || (required.has(name) && !('default' in of)),
    schema: of,
  }));
  const others = output.additionalProperties;
  if (others && typeof others === 'object') {
    named.push({
      name: 'others',
      in: 'query',
      description: 'Any listed element id, as <type>.<element>=value.',
      style: 'form',
      explode: true,
      schema: { type: 'object', additionalProperties: others },
    });
  }
  return named;
}

function requestBodyOf(operation: Operation): Json | null {
  if (operation.accepts === 'multipart') return multipartBody();
  if (!operation.body) return null;
  const schema = schemaOf(operation.body, 'input');
  const isRequired = Array.isArray(schema.required) && schema.required.length > 0;
  return { required: isRequired, content: { 'application/json': { schema } } };
}

function multipartBody(): Json {
  const file = { type: 'string', contentMediaType: 'text/csv', contentEncoding: 'binary' };
  const properties = { file, mapping: schemaOf(mappingSchema, 'input') };
  const schema = { type: 'object', required: ['file', 'mapping'], properties };
  const encoding = { mapping: { contentType: 'application/json' } };
  return { required: true, content: { 'multipart/form-data': { schema, encoding } } };
}

function answerOf(operation: Operation): Json {
  const { answers, status, id } = operation;
  const description = DESCRIPTIONS[status];
  if (status === 204) return { description };
  if (answers === 'text/plain')
    return { description, content: { [answers]: { schema: { type: 'string' } } } };
  if (answers === 'application/zip' || answers === 'application/octet-stream')
    return { description, content: { [answers]: {} } };
  if (answers === 'text/event-stream')
    return { description, content: { [answers]: { schema: { type: 'string' } } } };
  if (isList(answers)) {
    return { description, content: Object.fromEntries(answers.map((type) => [type, {}])) };
  }
  return {
    description,
    content: {
      'application/json': { schema: schemaOf(answers, 'output') },
      ...(CSV_TOO.has(id) && { 'text/csv': { schema: { type: 'string' } } }),
    },
  };
}

function isList(answers: Operation['answers']): answers is readonly string[] {
  return Array.isArray(answers);
}

const DESCRIPTIONS = {
  200: 'Done',
  201: 'Recorded',
  202: 'Accepted; ask for its state',
  204: 'Done',
  303: 'Go on there',
};

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const {
    $schema: _,
    '~standard': __,
    ...rest
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return rest;
}

function tagOf(id: string): string {
  return id.slice(0, id.indexOf('.'));
}
