// worksmartly-verify: the command line around verifyBundle.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseVkey } from './note.ts';
import { printReport } from './report.ts';
import { type VerifyOptions, verifyBundle } from './verify.ts';

const USAGE = `usage: worksmartly-verify BUNDLE [--key VKEY] [--since OLDER-CHECKPOINT] [--json]

  BUNDLE                    an evidence bundle: a zip file or a directory
  --key VKEY                the ledger's verifier key, from a source other than the bundle
  --since OLDER-CHECKPOINT  a file with a checkpoint of this ledger that you kept
  --json                    the report as JSON

exit 0: verified; 1: refused; 2: usage
`;

/** Runs the command with these arguments and answers its exit code: 0 verified, 1 refused, 2 usage. */
export async function main(args: readonly string[]): Promise<number> {
  let parsed: { bundle: string; options: VerifyOptions; isJson: boolean } | null;
  try {
    parsed = readArguments(args);
  } catch (error) {
    process.stderr.write(`worksmartly-verify: ${messageOf(error)}\n${USAGE}`);
    return 2;
  }
  if (parsed === null) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { bundle, options, isJson } = parsed;
  try {
    const report = await verifyBundle(bundle, options);
    process.stdout.write(isJson ? `${JSON.stringify(report)}\n` : printReport(report));
    return report.verified ? 0 : 1;
  } catch (error) {
    process.stderr.write(`worksmartly-verify: ${messageOf(error)}\n`);
    return 2;
  }
}

function readArguments(
  args: readonly string[],
): { bundle: string; options: VerifyOptions; isJson: boolean } | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      since: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const [bundle, ...more] = positionals;
  if (bundle === undefined || more.length > 0) throw new TypeError('name one bundle');
  const options: VerifyOptions = {};
  if (values.key !== undefined) {
    parseVkey(values.key);
    options.key = values.key;
  }
  if (values.since !== undefined) options.since = readFileSync(values.since, 'utf8');
  return { bundle, options, isJson: values.json };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
