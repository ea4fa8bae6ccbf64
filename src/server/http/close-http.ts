/** The end of the HTTP server: nothing new, what runs may end, and at last it is cut off. */
import type { FastifyInstance } from 'fastify';

const IDLE_LOOK_MS = 100;

/** Resolves when no connection is left, and tells whether some had to be cut after `cutMs`. */
export async function closeHttp(app: FastifyInstance, cutMs: number | null): Promise<boolean> {
  const { server } = app;
  let isCut = false;
  // A connection whose answer has just gone out is idle only from then on.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
  const cut =
    cutMs === null
      ? undefined
      : setTimeout(() => {
          isCut = true;
          server.closeAllConnections();
        }, cutMs);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
  return isCut;
}
