/** What HR files call the elements of record types of which a person has many. A word may stand for
 * elements of several types: which type a file is of shows when its columns are put together. */
import { squeeze } from './header-words.ts';

/** Whether a header may mean the element: 0 is its best name, undefined none. */
export function rankOf(element: string, header: string): number | undefined {
  const list = words[element];
  const rank = list?.split(' ').indexOf(squeeze(header)) ?? -1;
  return rank < 0 ? undefined : rank;
}

const programme = 'programme program programmename programname trainingprogramme trainingprogram';
const enrolled =
  'enrolledon enrolmentdate enrollmentdate dateenrolled dateofenrolment dateofenrollment registeredon registrationdate enrolled';

// Element → squeezed headers, the best name first.
const words: Record<string, string> = {
  'training.course':
    'course coursename coursetitle training trainingname trainingtitle trainingcourse class',
  'training.kind': 'trainingkind trainingtype coursetype kind type',
  'training.selectedOn': 'selectedon selectiondate nominatedon',
  'training.completedOn':
    'completedon completiondate datecompleted trainingdate datetaken finishedon finishdate completed',
  'training.hours': 'hours traininghours duration durationhours credithours',
  'absence.from':
    'from absencefrom firstday firstdayofabsence startdate absencestart leavestart datefrom start',
  'absence.to':
    'to absenceto until lastday lastdayofabsence enddate absenceend leaveend dateto end',
  'absence.kind': 'absencekind absencetype leavetype absencereason reason kind type',
  'absence.days': 'days daysabsent absencedays dayslost numberofdays',
  'enrolment.programme': programme,
  'enrolment.enrolledOn': enrolled,
  'enrolment.status': 'status enrolmentstatus enrollmentstatus completionstatus',
  'wellness.programme': 'wellnessprogramme wellnessprogram',
  'wellness.enrolledOn': enrolled,
  'wellness.status': 'status',
  'benefitEnrolment.programme': 'plan benefitplan planname benefit benefitname',
  'benefitEnrolment.electedOn': 'electedon electiondate dateelected',
  'benefitEnrolment.coverage': 'coverage coveragelevel coveragetier tier',
  'benefitEnrolment.contribution': 'contribution employeecontribution deduction',
  'benefitEnrolment.from': 'coveredfrom coveragestart effectivedate startdate from',
  'benefitEnrolment.until': 'covereduntil coverageend enddate until',
  'outcome.programme': programme,
  'outcome.establishedOn': 'establishedon assessedon assessmentdate testdate outcomedate date',
  'outcome.score': 'score testscore points finalscore result',
  'acknowledgement.policy': 'policy policyname document handbook',
  'acknowledgement.version': 'version policyversion revision',
  'acknowledgement.acknowledgedOn':
    'acknowledgedon acknowledgementdate acknowledgmentdate dateacknowledged signedon datesigned signaturedate readon date',
  'acknowledgement.method': 'method acknowledgementmethod how',
  'evaluation.date':
    'evaluationdate performancereviewdate reviewdate lastperformancereviewdate date',
  'evaluation.periodFrom': 'periodfrom periodstart reviewperiodstart reviewperiodfrom',
  'evaluation.periodUntil':
    'perioduntil periodend reviewperiodend reviewperioduntil reviewperiodto',
  'evaluation.rating': 'rating performancerating performancescore overallrating',
  'evaluation.score': 'score evaluationscore overallscore',
  'evaluation.evaluator':
    'evaluator evaluatorid reviewer reviewerid reviewedby evaluatornumber reviewernumber evaluatorsstaffnumber',
};
