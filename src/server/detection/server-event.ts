/** What the server notices itself and no entry says: a ledger that was put back, events that were lost. */
import type { DetectedEvent, FieldValue } from './event.ts';

export interface Noticed {
  /** Whom it is about: `provider`, or a client. */
  readonly client: string;
  /** ms. */
  readonly at: number;
  readonly op: string;
  readonly fields?: Readonly<Record<string, FieldValue>>;
}

export function serverEvent({ client, at, op, fields = {} }: Noticed): DetectedEvent {
  const own: [string, FieldValue][] = [
    ['client', client],
    ['at', new Date(at).toISOString()],
    ['kind', 'server'],
    ['op', op],
  ];
  return { client, index: null, at, fields: new Map([...own, ...Object.entries(fields)]) };
}
