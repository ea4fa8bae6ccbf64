/** What HR files write for codes, where that is neither the code nor its label. */
import { squeeze } from './header-words.ts';

/** Code list, or `boolean` → code → squeezed values. */
const words: Record<string, Record<string, string>> = {
  boolean: { true: 'yes y true t 1 x', false: 'no n false f 0' },
  sex: { female: 'f female woman w', male: 'm male man' },
  employmentStatus: {
    active: 'active employed current a regular',
    leave: 'leave onleave loa leaveofabsence leaveabsence',
    terminated:
      'terminated inactive resigned retired separated voluntarilyterminated involuntarilyterminated terminatedforcause dismissed left former',
  },
  employmentType: {
    'full-time': 'fulltime ft f fulltimeregular regularfulltime',
    'part-time': 'parttime pt p parttimeregular regularparttime',
    intermittent: 'intermittent seasonal temporary temp perdiem casual',
  },
  race: {
    black: 'black africanamerican blackafricanamerican',
    nhopi: 'nativehawaiian pacificislander nativehawaiianorpacificislander nhpi',
    aian: 'americanindian alaskanative nativeamerican americanindianalaskanative',
    'two-or-more': 'twoormore multiracial multirace mixed',
  },
  flsaStatus: { exempt: 'exempt e', 'non-exempt': 'nonexempt n ne' },
  payBasis: {
    annual: 'annual annually yearly year salary salaried',
    monthly: 'monthly month',
    hourly: 'hourly hour hr',
  },
  citizenship: {
    citizen: 'citizen uscitizen',
    'noncitizen-authorised': 'eligiblenoncitizen',
    'noncitizen-unspecified': 'noncitizen',
  },
  enrolmentStatus: {
    invited: 'invited nominated',
    enrolled: 'enrolled registered inprogress active started',
    completed: 'completed complete done finished passed',
    withdrawn: 'withdrawn dropped cancelled canceled noshow',
  },
  absenceKind: {
    vacation: 'vacation pto annualleave holiday paidtimeoff',
    sick: 'sick sickness sickleave illness',
    personal: 'personal personalleave personalday',
    'jury-duty': 'juryduty',
    parental: 'parental maternity paternity',
    unpaid: 'unpaid lwop leavewithoutpay',
    unexcused: 'unexcused absentwithoutleave awol',
  },
  acknowledgementMethod: {
    electronic: 'electronic electronically online web digital esignature',
    paper: 'paper onpaper signed wetsignature',
  },
  coverageLevel: {
    waived: 'waived declined none',
    employee: 'employee employeeonly ee single',
    'employee-spouse': 'employeespouse eespouse',
    'employee-children': 'employeechildren eechildren',
    family: 'family',
  },
  performanceRating: {
    exceeds: 'exceeds',
    'fully-meets': 'fullymeets meets meetsexpectations',
    'needs-improvement': 'needsimprovement',
    'improvement-plan': 'pip',
  },
};

const noAnswer = new Set(
  'na none null unknown unspecified notspecified notdisclosed undisclosed declined prefernottosay prefernottoanswer nastillemployed stillemployed'.split(
    ' ',
  ),
);

/**
 * Values that say nothing about the element. `Hispanic` is an ethnicity and not one of the races
 * that EEO reports count (29 CFR 1602.7, instructions to EEO-1).
 */
export function saysNothing(list: string, value: string): boolean {
  const squeezed = squeeze(value);
  if (squeezed === '' || noAnswer.has(squeezed)) return true;
  return list === 'race' && /^(?:hispanic|latino|latina|latinx)/.test(squeezed);
}

/** The code that `value` means in a list with these codes and labels, if that is plain. */
export function codeMeant(
  list: string,
  codes: Record<string, string>,
  value: string,
): string | undefined {
  const squeezed = squeeze(value);
  for (const [code, label] of Object.entries(codes)) {
    if (value === code || squeezed === squeeze(code) || squeezed === squeeze(label)) return code;
    if (words[list]?.[code]?.split(' ').includes(squeezed)) return code;
  }
  return undefined;
}
