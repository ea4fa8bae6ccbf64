/**
 * What the generator says about one invented person. The values are in WorkSmartly's canonical
 * forms (ISO dates, decimal amounts as text, codes); only the file writers dress them up.
 */

/** A period of a job; periods are half-open and the last one is open. */
export interface JobPeriod {
  from: string;
  title: string;
  department: string;
  division: string;
  location: string;
  /** Staff number of the manager; null for the head. */
  manager: string | null;
  eeoCategory: EeoCategory;
  /** SOC major group, like `15-0000`. */
  socCode: string;
  /** Whether the job is exempt from overtime under the FLSA. */
  exempt: boolean;
}

/** A pay rate from a date on: USD, as decimal text with two digits after the point. */
export interface PayPeriod {
  from: string;
  base: string;
  basis: 'annual' | 'hourly';
}

export interface HomeAddress {
  street: string;
  city: string;
  state: string;
  postalCode: string;
  country: 'US';
}

export interface Leaving {
  date: string;
  reason: string;
  voluntary: boolean;
}

export type EeoCategory =
  | 'executive'
  | 'manager'
  | 'professional'
  | 'technician'
  | 'sales'
  | 'administrative'
  | 'craft'
  | 'operative'
  | 'laborer'
  | 'service';

export type Race = 'white' | 'black' | 'nhopi' | 'asian' | 'aian' | 'two-or-more';

export interface StaffRow {
  staffNumber: string;
  givenName: string;
  middleName: string | null;
  familyName: string;
  preferredName: string | null;
  dateOfBirth: string;
  hireDate: string;
  leaving: Leaving | null;
  employmentType: 'full-time' | 'part-time';
  workplace: 'on-site' | 'hybrid' | 'remote-in-state' | 'remote-out-of-state';
  /** Oldest first; at least one. */
  jobs: JobPeriod[];
  /** Oldest first; at least one, up to six. */
  pay: PayPeriod[];
  address: HomeAddress;
  workEmail: string;
  workPhone: string;
  personalPhone: string;
  /** Null where the person did not answer. */
  sex: 'female' | 'male' | null;
  hispanicLatino: boolean | null;
  /** Null where the person did not answer, or is Hispanic or Latino and was not asked. */
  race: Race | null;
}

/** The job in force after all recorded changes. */
export function currentJob(row: StaffRow): JobPeriod {
  return row.jobs.at(-1) as JobPeriod;
}

/** The pay in force after all recorded changes. */
export function currentPay(row: StaffRow): PayPeriod {
  return row.pay.at(-1) as PayPeriod;
}
