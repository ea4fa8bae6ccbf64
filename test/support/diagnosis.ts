/** What the doctor says of a test's database. The server of that directory may run meanwhile. */
import { readConfig } from '../../src/server/config.ts';
import { type DoctorOptions, type Finding, runDoctor } from '../../src/server/doctor.ts';
import { databaseEnvironment, type TestDatabase } from './cluster.ts';

/** Runs the doctor on `database`, or on the one that was launched in the directory. */
export function diagnose(
  directory: string,
  more: Pick<DoctorOptions, 'records' | 'acceptRollback' | 'now'> = {},
  database?: TestDatabase,
): Promise<Finding[]> {
  const env = database ? database.urls() : databaseEnvironment(directory);
  const { config, secrets } = readConfig({ data: directory, port: 0 }, env);
  return runDoctor({ config, secrets, ...more });
}

/** The findings that are not good, as text. */
export function faults(findings: readonly Finding[]): string[] {
  return findings
    .filter((finding) => !finding.ok)
    .map(({ check, about, detail }) => `${check} of ${about ?? 'the instance'}: ${detail}`);
}
