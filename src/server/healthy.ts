/** A program for containers: exits 0 when the server beside it lives, 1 otherwise. */
import { type RequestOptions, request } from 'node:http';
import { request as requestTls } from 'node:https';

const { WORKSMARTLY_PORT = '8420', WORKSMARTLY_TLS_CERT } = process.env;

/** The certificate is for the name that others call, not for the loopback. */
const options: RequestOptions & { rejectUnauthorized: boolean } = {
  host: '127.0.0.1',
  port: WORKSMARTLY_PORT,
  path: '/api/v1/health',
  timeout: 4_000,
  rejectUnauthorized: false,
};

if (import.meta.main) {
  const send = WORKSMARTLY_TLS_CERT ? requestTls : request;
  const sent = send(options, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1));
  sent.once('timeout', () => process.exit(1));
  sent.once('error', () => process.exit(1));
  sent.end();
}
