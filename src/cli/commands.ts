/** All commands, in the order in which help shows them. */
import type { Command } from './command.ts';
import { bench } from './commands/bench.ts';
import { call } from './commands/call.ts';
import { checkCatalogue, printCatalogue, printRecord } from './commands/catalogue.ts';
import { listClients, openClient, setClientStatus } from './commands/client.ts';
import { demo } from './commands/demo.ts';
import { acceptRollback, doctor } from './commands/doctor.ts';
import { evidence } from './commands/evidence.ts';
import { checkImport, commitImport } from './commands/import.ts';
import {
  cancelImport,
  listImportErrors,
  resumeImport,
  showImport,
  undoImport,
} from './commands/import-life.ts';
import { suggestImport } from './commands/import-suggest.ts';
import { compromisedKey, listKeys, rotateKey } from './commands/key.ts';
import { combineKey, splitKey } from './commands/key-split.ts';
import { listReports, runReport } from './commands/report.ts';
import { serve } from './commands/serve.ts';
import { disableUser, inviteUser, issueToken, registerUser, signNda } from './commands/user.ts';
import { verify } from './commands/verify.ts';

export const COMMANDS: readonly Command[] = [
  serve,
  demo,
  doctor,
  acceptRollback,
  rotateKey,
  listKeys,
  compromisedKey,
  splitKey,
  combineKey,
  checkCatalogue,
  printCatalogue,
  printRecord,
  listClients,
  openClient,
  setClientStatus,
  registerUser,
  disableUser,
  inviteUser,
  issueToken,
  signNda,
  suggestImport,
  checkImport,
  commitImport,
  showImport,
  listImportErrors,
  cancelImport,
  resumeImport,
  undoImport,
  listReports,
  runReport,
  evidence,
  verify,
  call,
  bench,
];
