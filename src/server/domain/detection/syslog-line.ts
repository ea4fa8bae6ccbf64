/** One event as a syslog message (RFC 5424), framed by its length as RFC 5425 wants it over TLS. */
import { hostname } from 'node:os';

/** Facility 13, log audit. */
const FACILITY = 13;
/** By OCSF severity: informational to critical as syslog's 6 to 2. */
const SEVERITIES: readonly number[] = [6, 6, 5, 4, 3, 2, 2];

/** `line` is an event of OCSF as JSON: ASCII, or UTF-8 behind a BOM. */
export function syslogMessage(line: string): string {
  const {
    severity_id = 1,
    time,
    api,
  } = JSON.parse(line) as {
    severity_id?: number;
    time: number;
    api?: { operation?: string };
  };
  const priority = FACILITY * 8 + (SEVERITIES[severity_id] ?? 6);
  const at = new Date(time).toISOString();
  const id = printable(api?.operation ?? '-', 32);
  const head = `<${priority}>1 ${at} ${printable(hostname(), 255)} worksmartly ${process.pid} ${id} -`;
  return `${head} \uFEFF${line}`;
}

/** The message behind its length in bytes and a space. */
export function frameMessage(message: string): string {
  return `${Buffer.byteLength(message)} ${message}`;
}

function printable(text: string, max: number): string {
  return text.replace(/[^!-~]/g, '').slice(0, max) || '-';
}
