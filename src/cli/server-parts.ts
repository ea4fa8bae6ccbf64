/**
 * The parts of this repository that some commands run in their own process instead of asking a
 * server; the import rules name this file as the one place. They are loaded when such a command
 * runs: all other commands know src/contract only.
 */
import { SETTINGS } from '../server/settings.ts';

export const serverSettings = () => SETTINGS;
export const loadConfig = () => import('../server/config.ts');
export const loadServer = () => import('../server/main.ts');
export const loadRun = () => import('../server/run-until-stopped.ts');
export const loadRegistration = () => import('../server/register-first.ts');
export const loadDoctor = () => import('../server/doctor.ts');
export const loadHouse = () => import('../server/open-house.ts');
export const loadRotation = () => import('../server/rotate-root.ts');
export const loadLedgerRotation = () => import('../server/rotate-ledger.ts');
export const loadSplitting = () => import('../server/split-root.ts');
export const loadKeyFile = () => import('../server/root-file.ts');
export const loadSample = () => import('../server/domain/imports/file/sample-file.ts');
export const loadSuggestion = () => import('../server/domain/imports/file/suggest-mapping.ts');

export type Finding = Awaited<
  ReturnType<Awaited<ReturnType<typeof loadDoctor>>['runDoctor']>
>[number];
export type Catalogue = Parameters<Awaited<ReturnType<typeof loadSuggestion>>['suggestMapping']>[0];
