/** The operation table: router, OpenAPI, typed client, command line and refusal tests all read it. */

import type { Operation } from './operation.ts';
import { accessOperations } from './operations-access.ts';
import { activityOperations } from './operations-activity.ts';
import { assignmentOperations } from './operations-assignments.ts';

import { bulkOperations } from './operations-bulk.ts';

import { catalogueOperations } from './operations-catalogue.ts';
import { clientOperations } from './operations-clients.ts';
import { detectionOperations } from './operations-detection.ts';
import { documentOperations } from './operations-documents.ts';
import { importOperations } from './operations-imports.ts';
import { instructionOperations } from './operations-instructions.ts';
import { jobOperations } from './operations-jobs.ts';
import { keyOperations } from './operations-keys.ts';
import { killSwitchOperations } from './operations-kill-switch.ts';
import { oidcOperations } from './operations-oidc.ts';
import { organisationOperations } from './operations-organisation.ts';
import { peopleOperations } from './operations-people.ts';
import { premisesOperations } from './operations-premises.ts';
import { programmeOperations } from './operations-programmes.ts';
import { proofOperations } from './operations-proof.ts';
import { reportRunOperations } from './operations-report-runs.ts';
import { reportOperations } from './operations-reports.ts';
import { reviewOperations } from './operations-reviews.ts';
import { rulesOperations } from './operations-rules.ts';
import { signInOperations } from './operations-sign-in.ts';
import { signingOperations } from './operations-signing.ts';
import { textOperations } from './operations-texts.ts';

export const OPERATIONS = [
  ...clientOperations,
  ...catalogueOperations,
  ...accessOperations,
  ...assignmentOperations,
  ...reviewOperations,
  ...peopleOperations,
  ...importOperations,
  ...reportOperations,
  ...reportRunOperations,
  ...organisationOperations,
  ...programmeOperations,
  ...documentOperations,
  ...detectionOperations,
  ...bulkOperations,
  ...proofOperations,
  ...activityOperations,
  ...jobOperations,
  ...keyOperations,
  ...signInOperations,
  ...rulesOperations,
  ...oidcOperations,
  ...signingOperations,
  ...instructionOperations,
  ...premisesOperations,
  ...textOperations,
  ...killSwitchOperations,
] as const satisfies readonly Operation[];

export type OperationId = (typeof OPERATIONS)[number]['id'];

/** Those that take no token. */
export type OpenId = Extract<(typeof OPERATIONS)[number], { ledger: null }>['id'];

/** Those by which somebody gets in; health is nobody's way in. */
export type EntranceId = Exclude<OpenId, 'health.read'>;

/** The operation of an id. */
export function operation(id: OperationId): Operation {
  return OPERATIONS.find((candidate) => candidate.id === id)!;
}
