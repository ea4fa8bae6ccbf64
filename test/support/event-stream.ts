/** A reader of server-sent events over a socket of its own, as no library stands between. */
import { connect, type Socket } from 'node:net';

export interface StreamEvent {
  readonly id: number | null;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape
  readonly data: any;
}

export interface EventStream {
  readonly status: number;
  readonly head: string;
  readonly socket: Socket;
  /** The next event; null when the connection has ended. */
  next(): Promise<StreamEvent | null>;
  /** The first event to come that fits. Throws when the stream ends before. */
  until(fits: (event: StreamEvent) => boolean): Promise<StreamEvent>;
  /** All events to the end of the connection. */
  rest(): Promise<StreamEvent[]>;
  /** Everything that has arrived so far, signs of life included. */
  text(): string;
  close(): void;
}

export interface StreamAsked {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function openEventStream(
  url: string,
  path: string,
  token: string | null,
  { query = '', headers = {} }: StreamAsked = {},
): Promise<EventStream> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  const bearer = token === null ? {} : { Authorization: `Bearer ${token}` };
  const sent = { Host: hostname, ...bearer, ...headers };
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path}${query && `?${query}`} HTTP/1.1\r\n${lines.join('')}\r\n`);
  const reader = readChunked(socket);
  const head = await reader.head();
  const events = eventsIn(reader);
  const next = async () => (await events.next()).value ?? null;
  return {
    status: Number(head.slice(9, 12)),
    head,
    socket,
    next,
    async until(fits) {
      for (let event = await next(); event !== null; event = await next()) {
        if (fits(event)) return event;
      }
      throw new Error(`the stream has ended: ${reader.text()}`);
    },
    async rest() {
      const all: StreamEvent[] = [];
      for (let event = await next(); event !== null; event = await next()) all.push(event);
      return all;
    },
    text: reader.text,
    close: () => void socket.destroy(),
  };
}

interface Chunked {
  head(): Promise<string>;
  /** Resolves when more has arrived; false at the end. */
  more(): Promise<boolean>;
  text(): string;
}

/** The body as it arrives, without the frames of the chunked coding. */
function readChunked(socket: Socket): Chunked {
  let raw: Buffer = Buffer.alloc(0);
  let body = '';
  let headEnd = -1;
  let isOver = false;
  let wake = () => {};
  socket.on('data', (bytes: Buffer) => {
    raw = Buffer.concat([raw, bytes]);
    if (headEnd >= 0) unframe();
    wake();
  });
  socket.once('close', () => {
    isOver = true;
    wake();
  });
  const arrival = () =>
    isOver ? Promise.resolve() : new Promise<void>((resolve) => (wake = resolve));

  function unframe(): void {
    for (;;) {
      const line = raw.indexOf('\r\n');
      if (line < 0) return;
      const length = Number.parseInt(raw.subarray(0, line).toString(), 16);
      const end = line + 2 + length;
      if (raw.length < end + 2) return;
      body += raw.subarray(line + 2, end);
      raw = raw.subarray(end + 2);
    }
  }

  return {
    async head() {
      while (raw.indexOf('\r\n\r\n') < 0) {
        if (isOver) throw new Error(`no answer: ${raw}`);
        await arrival();
      }
      headEnd = raw.indexOf('\r\n\r\n') + 4;
      const head = raw.subarray(0, headEnd).toString();
      raw = raw.subarray(headEnd);
      if (/transfer-encoding: chunked/i.test(head)) unframe();
      else headEnd = -1;
      return head;
    },
    async more() {
      const { length } = body;
      while (body.length === length) {
        if (isOver) return false;
        await arrival();
      }
      return true;
    },
    text: () => (headEnd < 0 ? raw.toString() : body),
  };
}

async function* eventsIn(reader: Chunked): AsyncGenerator<StreamEvent, undefined> {
  let at = 0;
  for (;;) {
    const end = reader.text().indexOf('\n\n', at);
    if (end < 0) {
      if (!(await reader.more())) return;
      continue;
    }
    const event = eventOf(reader.text().slice(at, end));
    at = end + 2;
    if (event) yield event;
  }
}

/** Null for a comment. */
function eventOf(text: string): StreamEvent | null {
  const fields = new Map(
    text.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 2)] as const;
    }),
  );
  const data = fields.get('data');
  if (data === undefined) return null;
  const id = fields.get('id');
  return {
    id: id === undefined ? null : Number(id),
    event: fields.get('event') ?? 'message',
    data: JSON.parse(data),
  };
}
