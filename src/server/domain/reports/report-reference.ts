/** What reports need of the records about the client itself. */
import type { Report, ReportReference } from '../../readmodel/reports/report.ts';
import { NIL_UUID } from '../../vault/crypto/uuid-bytes.ts';
import type { Store } from '../../vault/store.ts';
import { lastDay, textOf } from '../records/shown-values.ts';

const VERSION = 'policyVersion';

/** Read with the grant's store; nothing for reports that use nothing of them. Throws SealError. */
export async function referenceFor(store: Store, report: Report): Promise<ReportReference> {
  if (!report.usesPolicyVersions) return {};
  const read = await store.read(NIL_UUID);
  const versions = read?.records.filter(({ body, current }) => current && body.t === VERSION) ?? [];
  return {
    policyVersions: versions.map(({ body }) => ({
      policy: String(body.e.policy),
      version: String(body.e.version),
      from: textOf(body.e.from) ?? body.from,
      lastDay: lastDay(body),
    })),
  };
}
