/** For tests of pure HTTP behaviour: a server in front of a gate that parses, as the real one does,
 * and answers what the test says. What the real gate guarantees is tested elsewhere, with the real one. */
import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { FastifyInstance } from 'fastify';
import type { Input } from '../../src/server/domain/operation.ts';
import { Refusal } from '../../src/server/fault.ts';
import type { Request } from '../../src/server/gate/request.ts';
import type { Gate } from '../../src/server/gate/run.ts';
import type { LogEvent } from '../../src/server/house.ts';
import { buildHttp, type HttpParts } from '../../src/server/http/build-http.ts';

export const CLIENT = 'cli_01900000-0000-7000-8000-000000000001';
export const SUBJECT = 'sub_01900000-0000-7000-8000-000000000002';
export const TOKEN = `wst_${'a'.repeat(43)}`;
export const STAFF = `/api/v1/clients/${CLIENT}/staff`;

export interface Seen {
  operation: string;
  input: Input;
  request: Request;
}

type Reply = (seen: Seen) => unknown;

const apps: FastifyInstance[] = [];
after(() => Promise.all(apps.map((app) => app.close())));

/** A server whose gate refuses what does not parse, notes the rest and answers with `reply`. */
export function serverWith(reply: Reply, more: Partial<HttpParts> = {}) {
  const seen: Seen[] = [];
  const refused: { status: number; reasons: readonly string[] }[] = [];
  const logged: LogEvent[] = [];
  const uncounted: string[] = [];
  const gate: Gate = {
    async run(request) {
      if (request.token !== TOKEN)
        throw new Refusal(401, ['not-authenticated'], 'A token is needed.');
      try {
        const input = request.parse();
        assert.equal(request.parse(), input, 'a second decision must see the same input');
        seen.push({ operation: request.operation.id, input, request });
        return { status: request.operation.status, body: await reply(seen.at(-1)!) };
      } catch (error) {
        if (error instanceof Refusal)
          refused.push({ status: error.status, reasons: error.reasons });
        throw error;
      }
    },
  };
  const app = buildHttp({
    gate,
    log: (event) => logged.push(event),
    now: () => 1_700_000_000_000,
    onUncounted: (kind) => uncounted.push(kind),
    ...more,
  });
  apps.push(app);
  return { app, seen, refused, logged, uncounted };
}
