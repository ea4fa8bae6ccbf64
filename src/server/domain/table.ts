/** What each operation of the contract does. The type holds the table complete. */
import type { OpenId, OperationId } from '../../contract/operations.ts';
import { approveProposal } from './access/approve-proposal.ts';
import { disableUser } from './access/disable-user.ts';
import { endFact } from './access/end-fact.ts';
import { endNda } from './access/end-nda.ts';
import { issueToken } from './access/issue-token.ts';
import { listNdas } from './access/list-ndas.ts';
import { listProposals } from './access/list-proposals.ts';
import { listReminders } from './access/list-reminders.ts';
import { propose } from './access/propose.ts';
import { readAuthority } from './access/read-authority.ts';
import { registerUser } from './access/register-user.ts';
import { revokeToken } from './access/revoke-token.ts';
import { signNda } from './access/sign-nda.ts';

import { withdrawProposal } from './access/withdraw-proposal.ts';
import { listActivity } from './activity/list-activity.ts';
import { readSightings } from './activity/read-sightings.ts';
import { streamActivity } from './activity/stream-activity.ts';
import { endAssignment } from './assignments/end-assignment.ts';
import { proposeAssignment, reviseAssignment } from './assignments/propose-assignment.ts';

import { readBulk } from './bulk/read-bulk.ts';

import { startBulk } from './bulk/start-bulk.ts';
import { createCanaries } from './canaries/create-canaries.ts';
import { listCanaries } from './canaries/list-canaries.ts';
import { removeCanary } from './canaries/remove-canary.ts';
import { adoptProcedures } from './catalogue/adopt-procedures.ts';
import { readDue } from './catalogue/due/read-due.ts';
import { previewChanges } from './catalogue/preview-changes.ts';
import { readProcessingRecord } from './catalogue/processing/read-processing-record.ts';
import { proposeProcedures } from './catalogue/propose-procedures.ts';
import { readCatalogue } from './catalogue/read-catalogue.ts';
import { readManual } from './catalogue/read-manual.ts';
import { describeClient } from './clients/describe-client.ts';
import { listClients } from './clients/list-clients.ts';
import { openClient } from './clients/open-client.ts';
import { setStatus } from './clients/set-status.ts';
import { changeAlert } from './detection/change-alert.ts';
import { exportEvents } from './detection/export-events.ts';
import { listAlerts } from './detection/list-alerts.ts';
import { readAlert } from './detection/read-alert.ts';
import { restoreAssignment } from './detection/restore-assignment.ts';
import { attachDocument } from './documents/attach-document.ts';
import { readDocument } from './documents/read-document.ts';
import { removeDocument } from './documents/remove-document.ts';
import { cancelImport } from './imports/cancel-import.ts';
import { listErrors } from './imports/list-errors.ts';
import { readImport } from './imports/read-import.ts';
import { resumeImport } from './imports/resume-import.ts';
import { startImport } from './imports/start-import.ts';
import { undoImportOf } from './imports/undo-import.ts';
import { draftInstruction } from './instructions/draft-instruction.ts';
import { clearInstruction, flagInstruction } from './instructions/flag-instruction.ts';
import { cancelJob } from './jobs/cancel-job.ts';
import { listJobs } from './jobs/list-jobs.ts';
import { readJob } from './jobs/read-job.ts';
import { resumeJob } from './jobs/resume-job.ts';
import { listKeys } from './keys/list-keys.ts';
import { markCompromised } from './keys/mark-compromised.ts';
import { rotateKeys } from './keys/rotate-keys.ts';
import { closeSealOf } from './kill-switch/close-seal.ts';
import { erasePeople } from './kill-switch/erase-people.ts';
import { openSealOf } from './kill-switch/open-seal.ts';
import { prepareSealOf } from './kill-switch/prepare-seal.ts';
import { resumeAccess } from './kill-switch/resume-access.ts';
import { suspendAccess } from './kill-switch/suspend-access.ts';
import type { DomainOperation } from './operation.ts';
import { addPerson } from './people/add-person.ts';
import { listPeople, searchPeople } from './people/list-people.ts';
import { readOrganisation } from './people/read-organisation.ts';
import { readPerson } from './people/read-person.ts';
import { agreeHours } from './premises/agree-hours.ts';
import { checkClock } from './premises/check-clock.ts';
import { closeOffice } from './premises/close-office.ts';
import { endHeld } from './premises/end-held.ts';
import { listExceptions } from './premises/list-exceptions.ts';
import { listOffices } from './premises/list-offices.ts';
import { openOffice } from './premises/open-office.ts';
import { readClock } from './premises/read-clock.ts';
import { requestException } from './premises/request-exception.ts';
import { reviewException } from './premises/review-exception.ts';
import { exportEvidence } from './proof/export-evidence.ts';
import { readCheckpoint } from './proof/read-checkpoint.ts';
import { readConsistency } from './proof/read-consistency.ts';
import { readEntriesPage } from './proof/read-entries.ts';
import { readProof } from './proof/read-proof.ts';
import { acknowledgementsDue } from './records/acknowledgements-due.ts';
import { correctRecord } from './records/correct-record.ts';
import { createRecord } from './records/create-record.ts';
import { listClientRecords } from './records/list-client-records.ts';
import { listPolicies } from './records/list-policies.ts';
import { listProgrammes } from './records/list-programmes.ts';
import { readClientRecord } from './records/read-client-record.ts';
import { createSchedule } from './reports/create-schedule.ts';
import { deleteRun } from './reports/delete-run.ts';
import { deleteSchedule } from './reports/delete-schedule.ts';
import { listReports } from './reports/list-reports.ts';
import { listRuns } from './reports/list-runs.ts';
import { listSchedules } from './reports/list-schedules.ts';
import { peopleBehind } from './reports/people-behind.ts';
import { readRun } from './reports/read-run.ts';
import { renameRun } from './reports/rename-run.ts';
import { runReport } from './reports/run-report.ts';
import { decideReview } from './reviews/decide-review.ts';
import { listReviews } from './reviews/list-reviews.ts';
import { readReview } from './reviews/read-review.ts';
import { setRules } from './rules/set-rules.ts';
import { issueInvitation } from './sign-in/issue-invitation.ts';
import { issueServiceToken } from './sign-in/issue-service-token.ts';
import { addPasskey, dropPasskey, listPasskeys, passkeyOptions } from './sign-in/own-passkey.ts';
import {
  endOwnSession,
  listSessions,
  revokeSession,
  stepUp,
  stepUpOptions,
} from './sign-in/own-session.ts';
import { confirmRecovery, listRecoveries, startRecovery } from './sign-in/recovery.ts';
import {
  dropIdentityProvider,
  setIdentityProvider,
  showIdentityProvider,
} from './sign-in/set-identity-provider.ts';
import { completeSignature } from './signing/complete-signature.ts';
import { offerSignature } from './signing/offer-signature.ts';
import { listTexts } from './texts/list-texts.ts';
import { publishText } from './texts/publish-text.ts';
import { readTextPart } from './texts/read-text-part.ts';

/** What takes no token is in `sign-in/entrances.ts`; `health.read` never reaches the gate. */
export const DOMAIN: Readonly<Record<Exclude<OperationId, OpenId>, DomainOperation>> = {
  'sessions.list': listSessions,
  'sessions.revoke': revokeSession,
  'sessions.end': endOwnSession,
  'sessions.step-up-options': stepUpOptions,
  'sessions.step-up': stepUp,
  'passkeys.list': listPasskeys,
  'passkeys.options': passkeyOptions,
  'passkeys.add': addPasskey,
  'passkeys.remove': dropPasskey,
  'invitations.issue': issueInvitation,
  'recoveries.start': startRecovery,
  'recoveries.list': listRecoveries,
  'recoveries.confirm': confirmRecovery,
  'service-tokens.issue': issueServiceToken,
  'identity-provider.read': showIdentityProvider,
  'identity-provider.set': setIdentityProvider,
  'identity-provider.remove': dropIdentityProvider,
  'clients.list': listClients,
  'clients.open': openClient,
  'clients.status': setStatus,
  'alerts.list': listAlerts,
  'alerts.read': readAlert,
  'alerts.change': changeAlert,
  'provider-alerts.list': listAlerts,
  'provider-alerts.read': readAlert,
  'provider-alerts.change': changeAlert,
  'assignments.restore': restoreAssignment,
  'events.export': exportEvents,
  'provider-events.export': exportEvents,
  'canaries.list': listCanaries,
  'canaries.create': createCanaries,
  'canaries.remove': removeCanary,
  'catalogue.read': readCatalogue,
  'catalogue.adopt': adoptProcedures,
  'catalogue.changes': previewChanges,
  'catalogue.manual': readManual,
  'catalogue.processing-record': readProcessingRecord,
  'clients.describe': describeClient,
  'procedures.propose': proposeProcedures,
  'procedures.due': readDue,
  'users.register': registerUser,
  'users.disable': disableUser,
  'tokens.issue': issueToken,
  'tokens.revoke': revokeToken,
  'ndas.sign': signNda,
  'ndas.end': endNda,
  'agreements.accept': propose('agreements'),
  'notices.accept': propose('notices'),
  'instructions.give': propose('instructions'),
  'assignments.start': proposeAssignment,
  'assignments.revise': reviseAssignment,
  'assignments.end': endAssignment,
  'proposals.list': listProposals,
  'proposals.approve': approveProposal,
  'proposals.withdraw': withdrawProposal,
  'agreements.end': endFact('agreement'),
  'notices.end': endFact('notice'),
  'instructions.end': endFact('instruction'),
  'reviews.list': listReviews,
  'reviews.read': readReview,
  'reviews.decide': decideReview,
  'authority.read': readAuthority,
  'people.list': listPeople,
  'people.search': searchPeople,
  'people.read': readPerson,
  'organisation.read': readOrganisation,
  'people.add': addPerson,
  'records.create': createRecord('subject'),
  'records.correct': correctRecord('subject'),
  'bulk.start': startBulk,
  'bulk.read': readBulk,
  'documents.attach': attachDocument('subject'),
  'documents.read': readDocument('subject'),
  'documents.remove': removeDocument('subject'),
  'client-documents.attach': attachDocument('client'),
  'client-documents.read': readDocument('client'),
  'client-documents.remove': removeDocument('client'),
  'client-records.list': listClientRecords,
  'client-records.read': readClientRecord,
  'client-records.create': createRecord('client'),
  'client-records.correct': correctRecord('client'),
  'policies.list': listPolicies,
  'programmes.list': listProgrammes,
  'acknowledgements.due': acknowledgementsDue,
  'imports.start': startImport,
  'imports.read': readImport,
  'imports.errors': listErrors,
  'imports.cancel': cancelImport,
  'imports.resume': resumeImport,
  'imports.undo': undoImportOf,
  'reports.list': listReports,
  'reports.run': runReport,
  'reports.people': peopleBehind,
  'runs.list': listRuns,
  'runs.read': readRun,
  'runs.rename': renameRun,
  'runs.delete': deleteRun,
  'schedules.create': createSchedule,
  'schedules.list': listSchedules,
  'schedules.delete': deleteSchedule,
  'ledger.checkpoint': readCheckpoint,
  'ledger.entries': readEntriesPage,
  'ledger.proof': readProof,
  'ledger.consistency': readConsistency,
  'evidence.export': exportEvidence,
  'activity.list': listActivity,
  'activity.stream': streamActivity,
  'activity.mine': readSightings,
  'jobs.list': listJobs,
  'jobs.read': readJob,
  'jobs.cancel': cancelJob,
  'jobs.resume': resumeJob,
  'access.suspend': suspendAccess,
  'access.resume': resumeAccess,
  'seals.prepare': prepareSealOf,
  'seals.close': closeSealOf,
  'seals.open': openSealOf,
  'people.erase': erasePeople,
  'keys.list': listKeys,
  'keys.compromise': markCompromised,
  'keys.rotate': rotateKeys,
  'rules.set': setRules,
  'instructions.draft': draftInstruction,
  'instructions.flag': flagInstruction,
  'instructions.clear': clearInstruction,
  'texts.publish': publishText,
  'texts.list': listTexts,
  'texts.read': readTextPart,
  'client-texts.publish': publishText,
  'client-texts.list': listTexts,
  'client-texts.read': readTextPart,
  'ndas.list': listNdas,
  'reminders.list': listReminders,
  'signing.offer': offerSignature,
  'signing.sign': completeSignature,
  'provider-signing.offer': offerSignature,
  'provider-signing.sign': completeSignature,
  'offices.open': openOffice,
  'offices.close': closeOffice,
  'offices.list': listOffices,
  'hours.agree': agreeHours,
  'hours.end': endHeld('hours'),
  'exceptions.request': requestException,
  'exceptions.list': listExceptions,
  'exceptions.end': endHeld('exception'),
  'exceptions.review': reviewException,
  'clock.read': readClock,
  'clock.check': checkClock,
};
