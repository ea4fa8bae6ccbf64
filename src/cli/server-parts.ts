/**
 * The parts of this repository that some commands run in their own process instead of asking a
 * server. They are loaded when such a command runs: all other commands know src/contract only.
 */
type Part<Path> = Promise<Path>;

const load = (path: string) => import(new URL(`../${path}`, import.meta.url).href);

export const loadConfig = (): Part<typeof import('../server/config.ts')> =>
  load('server/config.ts');
export const loadServer = (): Part<typeof import('../server/main.ts')> => load('server/main.ts');
export const loadRegistration = (): Part<typeof import('../server/register-first.ts')> =>
  load('server/register-first.ts');
export const loadDoctor = (): Part<typeof import('../server/doctor.ts')> =>
  load('server/doctor.ts');
export const loadHouse = (): Part<typeof import('../server/open-house.ts')> =>
  load('server/open-house.ts');
export const loadRotation = (): Part<typeof import('../server/rotate-root.ts')> =>
  load('server/rotate-root.ts');
export const loadCsv = (): Part<typeof import('../server/domain/imports/file/parse-csv.ts')> =>
  load('server/domain/imports/file/parse-csv.ts');
export const loadSuggestion = (): Part<
  typeof import('../server/domain/imports/file/suggest-mapping.ts')
> => load('server/domain/imports/file/suggest-mapping.ts');

export type Finding = Awaited<
  ReturnType<Awaited<ReturnType<typeof loadDoctor>>['runDoctor']>
>[number];
export type Catalogue = Parameters<Awaited<ReturnType<typeof loadSuggestion>>['suggestMapping']>[0];
