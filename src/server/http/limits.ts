/** How much one request, one connection and one caller may ask of the server. */

const KIB = 1024;
const MIB = 1024 * KIB;

export interface HttpLimits {
  readonly bodyBytesMax: number;
  readonly jsonDepthMax: number;
  readonly headerBytesMax: number;
  readonly uploadFileBytesMax: number;
  readonly uploadMappingBytesMax: number;
  readonly uploadPartsMax: number;
  /** Of a body that nobody reads, thrown away before the connection is cut. */
  readonly discardBytesMax: number;
  readonly discardMs: number;
  readonly requestsPerSecond: number;
  readonly requestsBurst: number;
  /** Calls without a valid token, per remote address. */
  readonly failuresPerSecond: number;
  readonly failuresBurst: number;
  /** Steps of signing in, per remote address: an office may arrive at once. */
  readonly openPerSecond: number;
  readonly openBurst: number;
  readonly openBodyBytesMax: number;
  readonly headersTimeoutMs: number;
  readonly handshakeTimeoutMs: number;
  /** How often connections are looked at for what takes too long. */
  readonly checkingIntervalMs: number;
  readonly connectionsMax: number;
  /** For the whole request to arrive; an upload may take this long. */
  readonly requestTimeoutMs: number;
  /** For a JSON body to arrive. */
  readonly bodyTimeoutMs: number;
  /** For an answer to begin. */
  readonly answerTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Between signs of life on a stream on which nothing happens. */
  readonly heartbeatMs: number;
  /** For the reader of a stream to take what was written, and then to hear that it was too slow. */
  readonly streamBlockedMs: number;
  readonly streamGraceMs: number;
  readonly keepAliveTimeoutMs: number;
}

export const HTTP_LIMITS: HttpLimits = {
  bodyBytesMax: MIB,
  jsonDepthMax: 20,
  headerBytesMax: 16 * KIB,
  uploadFileBytesMax: 256 * MIB,
  uploadMappingBytesMax: MIB,
  uploadPartsMax: 4,
  discardBytesMax: 128 * MIB,
  discardMs: 5_000,
  requestsPerSecond: 200,
  requestsBurst: 400,
  failuresPerSecond: 2,
  failuresBurst: 20,
  openPerSecond: 20,
  openBurst: 200,
  openBodyBytesMax: 64 * KIB,
  headersTimeoutMs: 10_000,
  handshakeTimeoutMs: 10_000,
  checkingIntervalMs: 5_000,
  connectionsMax: 2_000,
  requestTimeoutMs: 300_000,
  bodyTimeoutMs: 30_000,
  answerTimeoutMs: 60_000,
  idleTimeoutMs: 120_000,
  heartbeatMs: 15_000,
  streamBlockedMs: 30_000,
  streamGraceMs: 10_000,
  keepAliveTimeoutMs: 72_000,
};
