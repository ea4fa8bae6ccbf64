/**
 * The staff of an invented organisation, as lifelike as a file from a real client and the same for
 * the same arguments. Pure: no clock, no chance outside the seed, no file. Nobody here exists.
 */
import { dayOf } from './calendar.ts';
import {
  inventBirthDate,
  inventHireDate,
  inventLeaving,
  inventLevel,
  inventPay,
  payAt,
  withEarlierJob,
} from './career.ts';
import {
  type Department,
  departmentHeadRange,
  departments,
  headRange,
  headTitle,
  managerRanks,
} from './job-architecture.ts';
import { inventName, type PersonName } from './names.ts';
import { type Establishment, inventAddress, inventPhone, type Organisation } from './places.ts';
import { type Random, randomAt, randomOf } from './random.ts';
import { type Position, reportingTree } from './reporting-tree.ts';
import type { JobPeriod, PayPeriod, Race, StaffRow } from './staff-row.ts';

export interface StaffRequest {
  seed: string;
  organisation: Organisation;
  /** How many people, those who have left included. */
  count: number;
  /** The date on which the file is drawn up, `YYYY-MM-DD`. */
  asOf: string;
}

/** Invented people, every manager before those below; about 8 % of the others have left. */
export function* inventStaff(request: StaffRequest): Generator<StaffRow> {
  const root = randomOf(`${request.seed}/${request.organisation.name}`);
  const base = root.integer(0, 0xffffffff);
  const mails = new Set<string>();
  const numbers = staffNumbers(request, root);
  const shares = departments.map((department) => department.share);
  for (const position of reportingTree(request.count, shares, root)) {
    const random = randomAt(base, position.index);
    const manager = position.manager === null ? null : numbers(position.manager);
    yield inventPerson(request, random, position, numbers(position.index), manager, mails);
  }
}

/** A staff number for each index: scattered, so that it tells nothing of rank. */
function staffNumbers(request: StaffRequest, random: Random): (index: number) => string {
  const digits = request.count < 90_000 ? 5 : 7;
  const modulus = digits === 5 ? 89_989 : 8_999_993;
  const step = random.integer(10_007, 80_000);
  const { staffNumberPrefix } = request.organisation;
  const first = 10 ** (digits - 1);
  return (index) => staffNumberPrefix + String(first + ((index * step) % modulus));
}

/** One person for a place in the tree; also invents those who join later. */
export function inventPerson(
  request: StaffRequest,
  random: Random,
  position: Position,
  staffNumber: string,
  manager: string | null,
  mails: Set<string>,
): StaffRow {
  const { organisation, asOf } = request;
  const name = inventName(random);
  const hireDate = inventHireDate(random, asOf, position.height);
  const leaving = position.height > 0 ? null : inventLeaving(random, hireDate, asOf);
  const site = random.weighted(siteShares(organisation));
  const work = inventWork(random, position, site, manager, hireDate, leaving?.date ?? asOf);
  const partTime = position.height === 0 && random.chance(0.09);
  return {
    staffNumber,
    givenName: name.given,
    middleName: name.middle,
    familyName: name.family,
    preferredName: name.preferred,
    dateOfBirth: inventBirthDate(random, hireDate, asOf),
    hireDate,
    leaving,
    employmentType: partTime ? 'part-time' : 'full-time',
    ...work,
    address: inventAddress(random, site),
    workEmail: inventMail(name, organisation.domain, mails),
    workPhone: inventPhone(random),
    personalPhone: inventPhone(random),
    ...inventAnswers(random, name),
  };
}

const siteLists = new WeakMap<Organisation, (readonly [Establishment, number])[]>();
function siteShares(organisation: Organisation): (readonly [Establishment, number])[] {
  const known = siteLists.get(organisation);
  if (known !== undefined) return known;
  const list = organisation.establishments.map((site) => [site, site.share] as const);
  siteLists.set(organisation, list);
  return list;
}

type Work = Pick<StaffRow, 'jobs' | 'pay' | 'workplace'>;

function inventWork(
  random: Random,
  position: Position,
  site: Establishment,
  manager: string | null,
  hireDate: string,
  lastDay: string,
): Work {
  const department = position.department === null ? null : departments[position.department];
  const place = { from: hireDate, location: site.name, manager };
  if (department === null || department === undefined) {
    const job = { ...place, ...headJob, department: 'Executive Office', division: 'Corporate' };
    return settled(
      random,
      [job],
      inventPay(random, hireDate, lastDay, payAt(random, headRange, 0), 'annual'),
    );
  }
  const org = { department: department.name, division: department.division };
  if (position.height > 0) {
    const { range, ...role } = managerRole(position, department);
    const job = { ...place, ...org, ...role };
    return settled(
      random,
      [job],
      inventPay(random, hireDate, lastDay, payAt(random, range, 0), 'annual'),
    );
  }
  const family = random.weighted(familyShares(department));
  const yearsServed = (dayOf(lastDay) - dayOf(hireDate)) / 365.25;
  const level = inventLevel(random, family, yearsServed);
  const { eeoCategory, socCode, exempt, basis, titles } = family;
  const job = { ...place, ...org, title: titles[level] as string, eeoCategory, socCode, exempt };
  const earlier = titles[level - 1];
  const jobs =
    earlier !== undefined && random.chance(0.45)
      ? withEarlierJob(random, job, earlier, hireDate, lastDay)
      : [job];
  const pay = inventPay(random, hireDate, lastDay, payAt(random, family.range, level), basis);
  return settled(random, jobs, pay);
}

const headJob = {
  title: headTitle,
  eeoCategory: 'executive',
  socCode: '11-0000',
  exempt: true,
} as const;

function managerRole(position: Position, department: Department) {
  const exempt = true;
  const socCode = department.managerSoc;
  if (position.manager === 0) {
    const range = departmentHeadRange;
    return {
      title: department.headTitle,
      eeoCategory: 'executive',
      socCode,
      exempt,
      range,
    } as const;
  }
  const rank = managerRanks[Math.min(position.height, managerRanks.length) - 1] ?? managerRanks[0];
  const { eeoCategory, range } = rank;
  return {
    title: `${department.area} ${rank.title}`,
    eeoCategory,
    socCode,
    exempt,
    range,
  } as const;
}

const familyLists = new Map<Department, (readonly [Department['families'][number], number])[]>();
function familyShares(department: Department) {
  const known = familyLists.get(department);
  if (known !== undefined) return known;
  const list = department.families.map((family) => [family, family.share] as const);
  familyLists.set(department, list);
  return list;
}

const deskWork = new Set(['professional', 'manager', 'executive', 'sales', 'administrative']);

function settled(random: Random, jobs: JobPeriod[], pay: PayPeriod[]): Work {
  const desk = deskWork.has(jobs.at(-1)?.eeoCategory ?? '');
  const workplace = desk ? random.weighted(deskPlaces) : 'on-site';
  return { jobs, pay, workplace };
}

const deskPlaces = [
  ['on-site', 38],
  ['hybrid', 46],
  ['remote-in-state', 12],
  ['remote-out-of-state', 4],
] as const;

function inventMail(name: PersonName, domain: string, taken: Set<string>): string {
  const plain = `${name.given}.${name.family}`.normalize('NFD').replace(/[^A-Za-z.-]/gu, '');
  const local = plain.toLowerCase();
  let free = local;
  for (let count = 2; taken.has(free); count++) free = `${local}${count}`;
  taken.add(free);
  return `${free}@${domain}`;
}

/** Voluntary answers: sex, Hispanic or Latino, and for the others race; some do not answer. */
function inventAnswers(
  random: Random,
  name: PersonName,
): Pick<StaffRow, 'sex' | 'hispanicLatino' | 'race'> {
  const sex = random.chance(0.02) ? null : name.sex;
  const answered = random.chance(0.94);
  const hispanicLatino = answered ? random.chance(0.19) : null;
  const race = random.weighted(races);
  return { sex, hispanicLatino, race: hispanicLatino === false ? race : null };
}

const races: readonly (readonly [Race, number])[] = [
  ['white', 62],
  ['black', 15],
  ['asian', 13],
  ['two-or-more', 6],
  ['aian', 2],
  ['nhopi', 2],
];
