/**
 * The job architecture of the invented organisations: divisions, departments, job families, levels
 * and their titles, each with EEO-1 category, SOC major group, FLSA status and a yearly pay range.
 */
import type { EeoCategory } from './staff-row.ts';

export interface JobFamily {
  /** Titles by level, lowest first. */
  titles: string[];
  eeoCategory: EeoCategory;
  socCode: string;
  exempt: boolean;
  basis: 'annual' | 'hourly';
  /** Yearly pay in USD at the first level: low and high end. */
  range: [number, number];
  /** Share of the department's people below the managers. */
  share: number;
}

export interface Department {
  name: string;
  division: string;
  /** Head of the department. */
  headTitle: string;
  /** What the managers below the head manage, as in `Claims Manager`. */
  area: string;
  /** Share of the organisation's people. */
  share: number;
  families: JobFamily[];
  managerSoc: string;
}

function family(
  titles: string,
  eeoCategory: EeoCategory,
  socCode: string,
  basis: 'annual' | 'hourly',
  range: [number, number],
  share: number,
): JobFamily {
  const exempt = basis === 'annual' && eeoCategory !== 'administrative';
  return { titles: titles.split('|'), eeoCategory, socCode, exempt, basis, range, share };
}

const levels = (title: string): string =>
  [`${title} I`, `${title} II`, `Senior ${title}`, `Principal ${title}`].join('|');

/** Pay multiplies by this with each level of a family. */
export const levelGrowth = 1.19;

/** Share of the organisation, pay and category of those who manage, by rank above the teams. */
export const managerRanks = [
  { title: 'Supervisor', eeoCategory: 'manager', range: [68_000, 94_000] },
  { title: 'Manager', eeoCategory: 'manager', range: [92_000, 128_000] },
  { title: 'Senior Manager', eeoCategory: 'manager', range: [121_000, 158_000] },
  { title: 'Director', eeoCategory: 'executive', range: [149_000, 205_000] },
] as const;

export const departmentHeadRange = [188_000, 290_000] as const;
export const headRange = [410_000, 520_000] as const;
export const headTitle = 'Chief Executive Officer';

export const departments: Department[] = [
  {
    name: 'Manufacturing',
    division: 'Operations',
    headTitle: 'Vice President, Manufacturing',
    area: 'Production',
    share: 0.24,
    managerSoc: '11-0000',
    families: [
      family(
        'Assembler I|Assembler II|Lead Assembler',
        'operative',
        '51-0000',
        'hourly',
        [36_000, 46_000],
        46,
      ),
      family(
        'Machinist I|Machinist II|Toolmaker',
        'craft',
        '51-0000',
        'hourly',
        [47_000, 61_000],
        22,
      ),
      family(
        'Process Technician|Senior Process Technician',
        'technician',
        '17-0000',
        'hourly',
        [52_000, 66_000],
        12,
      ),
      family(
        'Production Helper|Material Handler',
        'laborer',
        '53-0000',
        'hourly',
        [31_000, 38_000],
        14,
      ),
      family(
        levels('Manufacturing Engineer'),
        'professional',
        '17-0000',
        'annual',
        [72_000, 92_000],
        6,
      ),
    ],
  },
  {
    name: 'Logistics',
    division: 'Operations',
    headTitle: 'Vice President, Logistics',
    area: 'Warehouse',
    share: 0.13,
    managerSoc: '11-0000',
    families: [
      family(
        'Warehouse Associate|Senior Warehouse Associate',
        'laborer',
        '53-0000',
        'hourly',
        [32_000, 41_000],
        44,
      ),
      family(
        'Forklift Operator|Lead Forklift Operator',
        'operative',
        '53-0000',
        'hourly',
        [37_000, 46_000],
        24,
      ),
      family('Driver I|Driver II', 'operative', '53-0000', 'hourly', [42_000, 55_000], 20),
      family(
        'Logistics Coordinator|Logistics Planner',
        'administrative',
        '43-0000',
        'annual',
        [44_000, 58_000],
        12,
      ),
    ],
  },
  {
    name: 'Engineering',
    division: 'Technology',
    headTitle: 'Vice President, Engineering',
    area: 'Engineering',
    share: 0.12,
    managerSoc: '11-0000',
    families: [
      family(
        levels('Software Engineer'),
        'professional',
        '15-0000',
        'annual',
        [96_000, 124_000],
        44,
      ),
      family(
        levels('Hardware Engineer'),
        'professional',
        '17-0000',
        'annual',
        [88_000, 112_000],
        26,
      ),
      family(
        'Test Technician I|Test Technician II',
        'technician',
        '17-0000',
        'hourly',
        [54_000, 68_000],
        16,
      ),
      family(
        'Technical Writer|Senior Technical Writer',
        'professional',
        '27-0000',
        'annual',
        [66_000, 84_000],
        14,
      ),
    ],
  },
  {
    name: 'Information Systems',
    division: 'Technology',
    headTitle: 'Chief Information Officer',
    area: 'Systems',
    share: 0.06,
    managerSoc: '11-0000',
    families: [
      family(levels('Systems Analyst'), 'professional', '15-0000', 'annual', [78_000, 101_000], 54),
      family(
        'Support Technician I|Support Technician II|Senior Support Technician',
        'technician',
        '15-0000',
        'hourly',
        [48_000, 62_000],
        46,
      ),
    ],
  },
  {
    name: 'Sales',
    division: 'Commercial',
    headTitle: 'Vice President, Sales',
    area: 'Regional Sales',
    share: 0.12,
    managerSoc: '11-0000',
    families: [
      family(
        'Sales Representative|Senior Sales Representative|Key Account Representative',
        'sales',
        '41-0000',
        'annual',
        [52_000, 78_000],
        68,
      ),
      family(
        'Sales Support Assistant|Sales Support Coordinator',
        'administrative',
        '43-0000',
        'hourly',
        [38_000, 48_000],
        32,
      ),
    ],
  },
  {
    name: 'Customer Care',
    division: 'Commercial',
    headTitle: 'Vice President, Customer Care',
    area: 'Customer Care',
    share: 0.1,
    managerSoc: '11-0000',
    families: [
      family(
        'Service Agent I|Service Agent II|Senior Service Agent',
        'administrative',
        '43-0000',
        'hourly',
        [35_000, 44_000],
        70,
      ),
      family(
        'Field Service Technician I|Field Service Technician II',
        'craft',
        '49-0000',
        'hourly',
        [46_000, 61_000],
        30,
      ),
    ],
  },
  {
    name: 'Marketing',
    division: 'Commercial',
    headTitle: 'Vice President, Marketing',
    area: 'Marketing',
    share: 0.04,
    managerSoc: '11-0000',
    families: [
      family(
        'Marketing Specialist|Senior Marketing Specialist|Brand Lead',
        'professional',
        '13-0000',
        'annual',
        [61_000, 82_000],
        70,
      ),
      family(
        'Graphic Designer|Senior Graphic Designer',
        'professional',
        '27-0000',
        'annual',
        [55_000, 73_000],
        30,
      ),
    ],
  },
  {
    name: 'Finance',
    division: 'Corporate',
    headTitle: 'Chief Financial Officer',
    area: 'Finance',
    share: 0.06,
    managerSoc: '11-0000',
    families: [
      family(
        'Accountant I|Accountant II|Senior Accountant',
        'professional',
        '13-0000',
        'annual',
        [62_000, 80_000],
        62,
      ),
      family(
        'Accounts Clerk|Senior Accounts Clerk',
        'administrative',
        '43-0000',
        'hourly',
        [37_000, 47_000],
        38,
      ),
    ],
  },
  {
    name: 'People and Legal',
    division: 'Corporate',
    headTitle: 'Chief People Officer',
    area: 'People Services',
    share: 0.04,
    managerSoc: '11-0000',
    families: [
      family(
        'HR Specialist|HR Partner|Senior HR Partner',
        'professional',
        '13-0000',
        'annual',
        [60_000, 81_000],
        60,
      ),
      family(
        'HR Assistant|HR Coordinator',
        'administrative',
        '43-0000',
        'hourly',
        [38_000, 48_000],
        25,
      ),
      family('Counsel|Senior Counsel', 'professional', '23-0000', 'annual', [118_000, 150_000], 15),
    ],
  },
  {
    name: 'Site Services',
    division: 'Operations',
    headTitle: 'Head of Site Services',
    area: 'Site Services',
    share: 0.09,
    managerSoc: '11-0000',
    families: [
      family(
        'Maintenance Electrician|Senior Maintenance Electrician',
        'craft',
        '49-0000',
        'hourly',
        [49_000, 63_000],
        28,
      ),
      family('Custodian|Lead Custodian', 'service', '37-0000', 'hourly', [31_000, 38_000], 34),
      family(
        'Security Officer|Senior Security Officer',
        'service',
        '33-0000',
        'hourly',
        [34_000, 43_000],
        22,
      ),
      family('Cook|Kitchen Lead', 'service', '35-0000', 'hourly', [33_000, 41_000], 16),
    ],
  },
];
