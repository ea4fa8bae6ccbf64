/** A collector of syslog over TLS, as RFC 5425 has it: what it was sent, message by message. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { IssuedCertificate } from './certificates.ts';

export interface Collector {
  readonly port: number;
  /** Whole messages, in the order of their arrival. */
  readonly messages: readonly string[];
  /** Waits until there are so many. */
  until(count: number): Promise<void>;
  /** Cuts every connection; new ones are taken. */
  cut(): void;
  close(): Promise<void>;
}

export async function openCollector({ cert, key }: IssuedCertificate, at = 0): Promise<Collector> {
  const messages: string[] = [];
  const sockets = new Set<TLSSocket>();
  let arrived = () => {};
  const server = createServer(
    { cert: readFileSync(cert), key: readFileSync(key), minVersion: 'TLSv1.3' },
    (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      let held: Buffer = Buffer.alloc(0);
      socket.on('data', (chunk: Buffer) => {
        held = takeFrames(Buffer.concat([held, chunk]), messages);
        arrived();
      });
    },
  );
  server.on('tlsClientError', () => {});
  server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    async until(count) {
      while (messages.length < count) {
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      }
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Takes whole frames (length in bytes, space, message) off the beginning; gives what is left. */
function takeFrames(bytes: Buffer, messages: string[]): Buffer {
  let left = bytes;
  for (;;) {
    const space = left.indexOf(0x20);
    if (space === -1) return left;
    const length = Number(left.toString('latin1', 0, space));
    if (!Number.isSafeInteger(length) || length < 1) throw new Error('no frame of RFC 5425');
    if (left.length < space + 1 + length) return left;
    messages.push(left.toString('utf8', space + 1, space + 1 + length));
    left = left.subarray(space + 1 + length);
  }
}
