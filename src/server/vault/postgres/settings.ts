/** The server's settings. What concerns secrecy is fixed; the rest can be set over. */

export type Settings = Readonly<Record<string, string>>;

const tuning: Settings = {
  shared_buffers: '256MB',
  max_connections: '100',
  fsync: 'on',
  synchronous_commit: 'on',
  wal_level: 'replica',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  jit: 'off',
};

/**
 * ERROR messages quote input ("invalid input syntax for type uuid: …"), so the log begins above
 * them: LOG, FATAL and PANIC only, without DETAIL, statement or parameters.
 */
const fixed: Settings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  log_destination: 'stderr',
  logging_collector: 'off',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_min_duration_sample: '-1',
  log_transaction_sample_rate: '0',
  log_duration: 'off',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_temp_files: '-1',
  log_lock_waits: 'off',
  allow_alter_system: 'off',
  TimeZone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
};

/** Command-line arguments: they win over every file in the data directory. Throws on a fixed name. */
export function settingArguments(over: Settings): string[] {
  const refused = Object.keys(over).filter((name) => name in fixed);
  if (refused.length > 0) throw new Error(`These settings are fixed: ${refused.join(', ')}`);
  return Object.entries({ ...tuning, ...over, ...fixed }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
}
