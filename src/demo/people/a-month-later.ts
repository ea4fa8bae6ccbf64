/**
 * The same organisation a month later: raises, joiners, leavers, moves to another department's
 * place and a few new addresses. Pure, like `inventStaff`, and it leaves its input as it is.
 */
import { dateOf, dayOf, nextMonthStart } from './calendar.ts';
import { amountOf } from './career.ts';
import { inventPerson, type StaffRequest } from './invent-staff.ts';
import { inventAddress, type Organisation } from './places.ts';
import { type Random, randomAt, randomOf } from './random.ts';
import { currentJob, currentPay, type StaffRow } from './staff-row.ts';

export interface MonthLater {
  rows: StaffRow[];
  /** What happened, in people; those who both got a raise and moved count in both. */
  changes: { raised: number; joined: number; left: number; moved: number; rehoused: number };
  /** First day of the new month: raises and moves take effect then. */
  effective: string;
}

/** `before` is what `inventStaff` gave for the same request. */
export function aMonthLater(before: readonly StaffRow[], request: StaffRequest): MonthLater {
  const effective = nextMonthStart(request.asOf);
  const root = randomOf(`${request.seed}/${request.organisation.name}/${effective}`);
  const base = root.integer(0, 0xffffffff);
  const changes = { raised: 0, joined: 0, left: 0, moved: 0, rehoused: 0 };
  const managers = new Set(before.map((row) => currentJob(row).manager));
  const rows = before.map((row, index) => {
    const manages = managers.has(row.staffNumber);
    return row.leaving === null
      ? changed(row, randomAt(base, index), request.organisation, effective, manages, changes)
      : row;
  });
  const joiners = inventJoiners(before, request, root, base, effective);
  changes.joined = joiners.length;
  return { rows: [...rows, ...joiners], changes, effective };
}

function changed(
  row: StaffRow,
  random: Random,
  organisation: Organisation,
  effective: string,
  manages: boolean,
  changes: MonthLater['changes'],
): StaffRow {
  const after = { ...row };
  if (!manages && random.chance(0.011)) {
    changes.left++;
    const date = dateOf(dayOf(effective) - random.integer(1, 27));
    // Nobody leaves before the first day.
    const last = date > row.hireDate ? date : effective;
    return { ...after, leaving: { date: last, reason: 'Resigned', voluntary: true } };
  }
  if (random.chance(0.06)) {
    changes.raised++;
    const pay = currentPay(row);
    const raise = 1 + random.integer(20, 55) / 1000;
    const yearly = Number(pay.base) * (pay.basis === 'hourly' ? 2080 : 1) * raise;
    after.pay = [...row.pay, { ...pay, from: effective, base: amountOf(yearly, pay.basis) }];
  }
  if (!manages && random.chance(0.008)) {
    changes.moved++;
    const job = currentJob(row);
    const others = organisation.establishments.filter((site) => site.name !== job.location);
    const location = others.length === 0 ? job.location : random.pick(others).name;
    after.jobs = [...row.jobs, { ...job, from: effective, location }];
  }
  if (random.chance(0.01)) {
    changes.rehoused++;
    after.address = inventAddress(random, random.pick(organisation.establishments));
  }
  return after;
}

/** New people in existing teams of fewer than twelve, hired on the first of the new month. */
function inventJoiners(
  before: readonly StaffRow[],
  request: StaffRequest,
  root: Random,
  base: number,
  effective: string,
): StaffRow[] {
  const taken = new Set(before.map((row) => row.staffNumber));
  const mails = new Set(before.map((row) => row.workEmail.split('@')[0] as string));
  const shuffled = teamsWithRoom(before).map((member) => [root.next(), member] as const);
  const teams = shuffled.toSorted(([a], [b]) => a - b).map(([, member]) => member);
  return teams.slice(0, Math.ceil(before.length * 0.013)).map((like, place) => {
    const index = before.length + place;
    const random = randomAt(base, index);
    const position = { index, manager: 1, department: null, height: 0 };
    const number = freeNumber(taken, request.organisation.staffNumberPrefix, random);
    const person = inventPerson(request, random, position, number, currentJob(like).manager, mails);
    return asNewIn(person, like, effective);
  });
}

/** One team member who manages nobody, for each manager with fewer than twelve reports. */
function teamsWithRoom(before: readonly StaffRow[]): StaffRow[] {
  const managers = new Set(before.map((row) => currentJob(row).manager));
  const teams = new Map<string, { size: number; member: StaffRow | null }>();
  for (const row of before) {
    const { manager } = currentJob(row);
    if (manager === null) continue;
    const team = teams.get(manager) ?? { size: 0, member: null };
    team.size++;
    if (!managers.has(row.staffNumber)) team.member ??= row;
    teams.set(manager, team);
  }
  return [...teams.values()].flatMap(({ size, member }) =>
    size < 12 && member !== null ? [member] : [],
  );
}

/** The person, hired on `effective` for the job and pay that `like` has. */
function asNewIn(person: StaffRow, like: StaffRow, effective: string): StaffRow {
  const job = { ...currentJob(like), from: effective };
  const pay = { ...currentPay(like), from: effective };
  return { ...person, hireDate: effective, leaving: null, jobs: [job], pay: [pay] };
}

function freeNumber(taken: Set<string>, prefix: string, random: Random): string {
  for (;;) {
    const number = prefix + String(random.integer(100_000, 9_999_999));
    if (taken.has(number)) continue;
    taken.add(number);
    return number;
  }
}
