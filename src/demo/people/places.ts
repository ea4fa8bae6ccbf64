/**
 * Places that do not exist, in states that do: establishments people work at and addresses they
 * live at. Telephone numbers come from the range 555-0100 to 555-0199, reserved for invention.
 */
import type { Random } from './random.ts';
import type { HomeAddress } from './staff-row.ts';

export interface Establishment {
  name: string;
  city: string;
  state: string;
  /** The first three digits of the postal codes around it. */
  zipPrefix: string;
  share: number;
}

export interface Organisation {
  name: string;
  /** Mail domain under the reserved `.example`. */
  domain: string;
  /** Put before the digits of a staff number; may be empty. */
  staffNumberPrefix: string;
  establishments: Establishment[];
}

/** The client of 1,200: in California. */
export const firstOrganisation: Organisation = {
  name: 'Harrowgate Instruments',
  domain: 'harrowgate.example',
  staffNumberPrefix: '',
  establishments: [
    { name: 'Alder Creek Plant', city: 'Alder Creek', state: 'CA', zipPrefix: '945', share: 46 },
    { name: 'Port Selwyn Depot', city: 'Port Selwyn', state: 'CA', zipPrefix: '908', share: 22 },
    { name: 'Mission Loma Office', city: 'Mission Loma', state: 'CA', zipPrefix: '921', share: 20 },
    { name: 'Stonewater Lab', city: 'Stonewater', state: 'CA', zipPrefix: '950', share: 12 },
  ],
};

/** The client of 3,400: New York and neighbours, the US company of a European group. */
export const secondOrganisation: Organisation = {
  name: 'Lindqvist & Moreau Foods',
  domain: 'lindqvist-moreau.example',
  staffNumberPrefix: 'LM',
  establishments: [
    { name: 'Hollis Ferry Works', city: 'Hollis Ferry', state: 'NY', zipPrefix: '144', share: 34 },
    { name: 'Eastmarch Works', city: 'Eastmarch', state: 'NY', zipPrefix: '131', share: 24 },
    { name: 'Quillon Distribution', city: 'Quillon', state: 'NJ', zipPrefix: '088', share: 18 },
    { name: 'Grand Tallow Office', city: 'Grand Tallow', state: 'NY', zipPrefix: '105', share: 16 },
    { name: 'Windle Mills', city: 'Windle', state: 'PA', zipPrefix: '184', share: 8 },
  ],
};

/** A home near an establishment. */
export function inventAddress(random: Random, near: Establishment): HomeAddress {
  const street = `${random.pick(streetFirst)}${random.pick(streetLast)} ${random.pick(streetKinds)}`;
  const flat = random.chance(0.22) ? `, Apt ${random.integer(1, 48)}` : '';
  const city = random.chance(0.55)
    ? near.city
    : `${random.pick(townFirst)} ${random.pick(townLast)}`;
  return {
    street: `${random.integer(1, 9899)} ${street}${flat}`,
    city,
    state: near.state,
    postalCode: near.zipPrefix + String(random.integer(1, 99)).padStart(2, '0'),
    country: 'US',
  };
}

/** A number in the form `+1` and ten digits. */
export function inventPhone(random: Random): string {
  const area = `${random.integer(2, 9)}${random.integer(0, 8)}${random.integer(0, 9)}`;
  return `+1${area}55501${String(random.integer(0, 99)).padStart(2, '0')}`;
}

const words = (text: string): string[] => text.split(' ');
const streetFirst = words(
  'Alder Birch Cedar Copper Crow Deer Elk Fern Glen Heron Iron Juniper Lark',
);
const streetLast = words('bank brook field gate grove hill hurst land mere path ridge view well');
const streetKinds = words('Street Avenue Lane Road Drive Court Way Terrace');
const townFirst = words('Upper Lower West East North South New Old Little Fort');
const townLast = words('Amity Belden Corwin Dunmore Ellery Fenwick Garland Hadley Ivory Jessup');
