/** What the steps of one call share. */
import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Operation } from '../../contract/operation.ts';
import type { Gate } from '../gate/run.ts';
import type { LogEvent, Site } from '../house.ts';
import type { Answered } from '../metrics/answered.ts';
import type { IsProxy } from './caller-address.ts';
import type { CallerRate } from './caller-rate.ts';
import type { HttpLimits } from './limits.ts';
import type { CallerHeaders } from './request-headers.ts';

export type Uncounted = 'unauthenticated' | 'no-route' | 'too-many-requests';

/** What all calls share. */
export interface ServeParts {
  readonly gate: Gate;
  readonly log: (event: LogEvent) => void;
  readonly limits: HttpLimits;
  readonly rate: CallerRate;
  /** Where our own pages are. */
  readonly site: Site;
  readonly isProxy: IsProxy;
  readonly onUncounted: (kind: Uncounted) => void;
  readonly onAnswered: (answer: Answered) => void;
  /** Aborted when the server is about to stop. */
  readonly closing: AbortSignal;
}

export interface Exchange extends ServeParts {
  readonly operation: Operation;
  readonly request: FastifyRequest;
  readonly response: ServerResponse;
  readonly caller: CallerHeaders;
  /** Canonical; null when its headers make it unclear, which is among the faults of `caller` then. */
  readonly address: string | null;
  /** Aborted when the caller goes away, or the answer takes too long. */
  readonly abort: AbortController;
  /** Of the refusal that was the answer. */
  readonly reasons: string[];
}
