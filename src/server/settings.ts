/** Every variable that the server reads from its environment: what `serve --help` lists, what
 * docs/operations.md explains, and the only names that are accepted. */

export interface Setting {
  readonly name: string;
  /** In words, if there is one. */
  readonly fallback?: string;
  readonly what: string;
  /** Never shown; may come from the file that NAME_FILE names instead. */
  readonly secret?: true;
}

export const SETTINGS: readonly Setting[] = [
  { name: 'WORKSMARTLY_DATA', fallback: '.worksmartly', what: 'DIR' },
  { name: 'WORKSMARTLY_HOST', fallback: '127.0.0.1', what: 'the address to listen on' },
  { name: 'WORKSMARTLY_PORT', fallback: '8420', what: 'the port; 0 = any free one' },
  {
    name: 'WORKSMARTLY_ORIGIN',
    fallback: 'localhost and the port',
    what: 'where browsers find this, such as https://hr.example.com: passkeys are made for it',
  },
  {
    name: 'WORKSMARTLY_PRIVATE_ISSUERS',
    what: 'hosts, with commas: identity providers of clients that have private addresses, or no TLS',
  },
  {
    name: 'WORKSMARTLY_TLS_CERT',
    what: 'file: the certificate, then those between it and its authority (PEM)',
  },
  { name: 'WORKSMARTLY_TLS_KEY', what: 'file: its private key (PEM), for this account only' },
  { name: 'WORKSMARTLY_TLS_MIN', fallback: '1.3', what: 'the oldest TLS version: 1.3 or 1.2' },
  {
    name: 'WORKSMARTLY_PLAINTEXT',
    what: 'behind-proxy: speak HTTP on an address beyond this machine, to a proxy that speaks TLS',
  },
  {
    name: 'WORKSMARTLY_PROXIES',
    what: 'networks (CIDR, with commas) of proxies whose X-Forwarded-For tells the caller’s address',
  },
  { name: 'WORKSMARTLY_CONNECTIONS', fallback: '2000', what: 'open at once, at most' },
  {
    name: 'WORKSMARTLY_SCHEDULE_SECONDS',
    fallback: '30',
    what: 'how often reports that are due are looked for',
  },
  {
    name: 'WORKSMARTLY_DETECTION_SECONDS',
    fallback: '1',
    what: 'how often new entries are held against the detection rules',
  },
  {
    name: 'WORKSMARTLY_DETECTION_RULES',
    what: 'directory: other rules than this repository’s detection-rules/',
  },
  {
    name: 'WORKSMARTLY_SYSLOG',
    what: 'HOST:PORT: a collector that is sent events, as syslog over TLS (RFC 5425)',
  },
  {
    name: 'WORKSMARTLY_SYSLOG_CA',
    what: 'file: who signed its certificate (PEM); the system’s authorities when not set',
  },
  { name: 'WORKSMARTLY_EVENTS_FILE', what: 'file: events are appended to it, a line of JSON each' },
  {
    name: 'WORKSMARTLY_REQUESTS_PER_SECOND',
    fallback: '200',
    what: 'per token',
  },
  {
    name: 'WORKSMARTLY_DRAIN_SECONDS',
    fallback: '0',
    what: 'from the signal to stop until nothing new is accepted, while /ready says no',
  },
  {
    name: 'WORKSMARTLY_STOP_SECONDS',
    fallback: '25',
    what: 'from then on, until what still runs is cut off',
  },
  { name: 'WORKSMARTLY_METRICS_PORT', what: 'serve /metrics there, on the loopback only' },
  {
    name: 'WORKSMARTLY_METRICS_TOKEN',
    what: 'what a scrape shows as its bearer token, 32 characters or more',
    secret: true,
  },
  { name: 'WORKSMARTLY_LOG', what: 'requests: a line for each, without who or what' },
  {
    name: 'WORKSMARTLY_DATABASE_CONNECTIONS',
    fallback: '12',
    what: 'pool of the serving role',
  },
  {
    name: 'WORKSMARTLY_READ_MODEL_MB',
    fallback: '2048',
    what: 'of all clients’ models together; the one in use stays in any case',
  },
  {
    name: 'WORKSMARTLY_CLIENT_RULES',
    fallback: 'strict',
    what: 'of clients that are opened: strict, or open (no signatures, places or reviews; for trying out)',
  },
  { name: 'WORKSMARTLY_BATCH', what: 'client: a ledger batch holds one client (Citus)' },
  { name: 'WORKSMARTLY_CATALOGUE', what: 'directory: another catalogue than this repository’s' },
  { name: 'WORKSMARTLY_PROVIDER_NAME', what: 'who runs this, for the record of processing' },
  { name: 'WORKSMARTLY_PROVIDER_ADDRESS', what: 'its address' },
  { name: 'WORKSMARTLY_PROVIDER_CONTACT', what: 'how it can be reached' },
  { name: 'WORKSMARTLY_PROVIDER_REPRESENTATIVE', what: 'its representative, if it has one' },
  { name: 'WORKSMARTLY_PROVIDER_DPO', what: 'its data protection officer, if it has one' },
  {
    name: 'WORKSMARTLY_ROOT',
    fallback: 'file',
    what: 'where the root key is: file, or pkcs11 for a token (HSM)',
  },
  { name: 'WORKSMARTLY_PKCS11_MODULE', what: 'file: the token’s PKCS#11 library' },
  { name: 'WORKSMARTLY_PKCS11_TOKEN', what: 'the label of the token' },
  { name: 'WORKSMARTLY_PKCS11_PIN', what: 'its user PIN', secret: true },
  {
    name: 'WORKSMARTLY_ROOT_PASSPHRASE',
    what: 'protects keys/root.json',
    secret: true,
  },
  {
    name: 'DATABASE_URL',
    what: 'a PostgreSQL server instead of the embedded one, as the serving role',
    secret: true,
  },
  {
    name: 'DATABASE_OWNER_URL',
    what: 'the same as the role that owns the tables, for migrations',
    secret: true,
  },
];

/** Read by others than the server; named here so that a mistyped name can be told from them. */
const OTHERS = /^WORKSMARTLY_(URL|TOKEN|LONG|TEST_\w+)$/;

/** Names in `env` that look like ours and that nobody reads. */
export function unknownSettings(env: NodeJS.ProcessEnv): string[] {
  const known = new Set(
    SETTINGS.flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name])),
  );
  return Object.keys(env).filter(
    (name) => name.startsWith('WORKSMARTLY_') && !known.has(name) && !OTHERS.test(name),
  );
}
