/** What one operation is, seen from outside: its address, its inputs and its answer. */
import type { z } from 'zod';

export type Ledger = 'client' | 'provider';
export type Purpose =
  | 'hr-administration'
  | 'import'
  | 'reporting'
  | 'support'
  | 'study'
  | 'statutory-report';

export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below /api/v1, with {name} for each path parameter. `c` is always the client. */
  readonly path: string;
  readonly summary: string;
  /** Whose ledger holds the entry of a call; null only for what needs no token. Who signs in makes an
   * entry in the provider's once it is known who it is. */
  readonly ledger: Ledger | null;
  /** The purpose when the caller names none; null where nothing about people is touched. */
  readonly purpose: Purpose | null;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** 'json' unless told; 'multipart' bodies are streamed and never parsed here. */
  readonly accepts?: 'json' | 'multipart';
  /** A list of types: `Accept` chooses, the first one when it does not. 'application/octet-stream': a
   * file, sent under its own media type. 'text/event-stream': events, until one side ends it. */
  readonly answers:
    | z.ZodType
    | 'text/plain'
    | 'application/zip'
    | 'application/octet-stream'
    | 'text/event-stream'
    | readonly string[];
  readonly status: 200 | 201 | 202 | 204 | 303;
  /** Takes an Idempotency-Key and answers a repeated call with the first one's answer. */
  readonly repeatable: boolean;
  /** Only a session that proved who is there a moment ago, with a passkey, may do it. */
  readonly stepUp?: true;
}
