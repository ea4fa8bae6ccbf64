/** An answer that is still being made while it is sent: what goes wrong in it is recorded like anything
 * else that goes wrong after the entry, and nothing more is sent. It ends at once when whoever gets it
 * may not have it any more, also while nobody takes what was made. */
import { Readable } from 'node:stream';
import type { Live } from '../ledger/live-grants.ts';

type Pieces = AsyncIterable<string | Uint8Array>;

/** `failed` records and throws. */
export interface Guard {
  readonly live: Live | null;
  readonly failed: (error: unknown) => Promise<never>;
}

/** The members of an answer that can come in pieces. */
const MEMBERS = ['pieces', 'csv', 'xlsx', 'content'] as const;

/** The body with what comes in pieces guarded; null when nothing does. */
export function guardBody(body: unknown, guard: Guard): unknown {
  if (isPieces(body)) return guardPieces(body, guard);
  if (typeof body !== 'object' || body === null) return null;
  const of = body as Record<string, unknown>;
  const member = MEMBERS.find((name) => isPieces(of[name]));
  return member ? { ...of, [member]: guardPieces(of[member] as Pieces, guard) } : null;
}

/** A caller who goes away is no failure: then the source ends in its own time. */
function guardPieces(pieces: Pieces, { live, failed }: Guard): Readable {
  const guarded = Readable.from(watch(pieces, { live, failed }), { objectMode: false });
  guarded.once('close', () => live?.close());
  // Whoever sends it hears of it too; before that, nobody does.
  guarded.on('error', () => {});
  const cut = () => {
    if (live?.ended) guarded.destroy(live.ended);
    // Nobody takes it any more, or ever will.
    else live?.close();
  };
  live?.signal.addEventListener('abort', cut, { once: true });
  if (live?.signal.aborted) cut();
  return guarded;
}

async function* watch(
  pieces: Pieces,
  { live, failed }: Guard,
): AsyncGenerator<string | Uint8Array> {
  const source = pieces[Symbol.asyncIterator]();
  try {
    for (;;) {
      let next: IteratorResult<string | Uint8Array>;
      try {
        next = await nextOf(source, live);
      } catch (error) {
        const cause = live?.ended ?? error;
        if ((cause as Error).name === 'AbortError') throw cause;
        return await failed(cause);
      }
      if (next.done) return;
      try {
        yield next.value;
      } catch (error) {
        // Thrown in from outside: by `cut`, or because the caller went away.
        if (live?.ended) await failed(live.ended);
        throw error;
      }
    }
  } finally {
    // What is under way in the source ends in its own time; nobody waits for it.
    source.return?.().catch(() => {});
  }
}

/** The next piece; throws why it may not go on as soon as that is so. */
async function nextOf<T>(source: AsyncIterator<T>, live: Live | null): Promise<IteratorResult<T>> {
  if (!live) return source.next();
  if (live.ended) throw live.ended;
  let fired = () => {};
  const cut = new Promise<never>((_, reject) => {
    fired = () => live.ended && reject(live.ended);
    live.signal.addEventListener('abort', fired, { once: true });
  });
  const next = source.next();
  // The one that comes second is heard by nobody.
  next.catch(() => {});
  try {
    return await Promise.race([next, cut]);
  } finally {
    live.signal.removeEventListener('abort', fired);
  }
}

function isPieces(body: unknown): body is Pieces {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
