/** What HR files call the data elements. */

/** `Date of Hire`, `DateofHire` and `date_of_hire` → `dateofhire`. */
export function squeeze(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Headers of a column that holds a person's whole name. */
export const wholeNameWords = new Set(
  'fullname employeename employeefullname staffname legalname name'.split(' '),
);

/** The elements that a squeezed header may mean, with how well: 0 is the element's best name. */
export function elementsNamed(header: string): { id: string; rank: number }[] {
  return named.get(header) ?? named.get(header.replace(year, '')) ?? [];
}

/** `2016 Overtime Pay` */
const year = /^(?:19|20)\d\d|(?:19|20)\d\d$/;

// Element → squeezed headers, the best name first.
const words: Record<string, string> = {
  'person.lastName': 'lastname surname familyname legallastname',
  'person.firstName': 'firstname givenname forename legalfirstname',
  'person.middleName': 'middlename middleinitial middlenames mi',
  'person.suffix': 'suffix namesuffix',
  'person.preferredName': 'preferredname nickname knownas goesby',
  'person.dateOfBirth': 'dateofbirth dob birthdate birthday',
  'identity.ssn': 'ssn socialsecuritynumber socialsecurityno',
  'employment.staffNumber':
    'staffnumber staffno staffid employeenumber employeeno employeeid empid empno empnumber personnelnumber personnelno workerid workernumber',
  'employment.hireDate':
    'hiredate dateofhire datehired datefirsthired originalhiredate startdate employmentstartdate joiningdate joindate dateofjoining',
  'employment.rehireDate': 'rehiredate dateofrehire daterehired',
  'employment.status': 'employmentstatus employeestatus empstatus status',
  'employment.type':
    'employmenttype employeetype assignmentcategory fulltimeparttime ftpt fullparttime timetype',
  'employment.terminationDate':
    'terminationdate dateoftermination termdate separationdate leavingdate exitdate',
  'employment.terminationReason':
    'terminationreason reasonfortermination termreason separationreason leavingreason',
  'job.title':
    'jobtitle positiontitle employeepositiontitle title position job designation occupation',
  'job.underfilledTitle': 'underfilledjobtitle underfilledtitle',
  'job.department': 'department dept departmentcode deptcode',
  'job.departmentName': 'departmentname deptname',
  'job.division': 'division divisionname',
  'job.location': 'location worklocation establishment worksite site office workplace',
  'job.manager':
    'managerid managernumber managerstaffnumber manageremployeeid supervisorid supervisornumber reportstoid',
  'job.eeoCategory': 'eeocategory eeo1category eeojobcategory eeo1jobcategory',
  'job.socCode': 'soccode socmajorgroup soc',
  'job.flsa': 'flsastatus flsa exemptstatus',
  'contact.workEmail': 'workemail workemailaddress businessemail companyemail',
  'contact.workPhone': 'workphone officephone businessphone',
  // Whose address it is is unknown: the more sensitive of two elements is the safe one.
  'contact.personalEmail': 'personalemail homeemail privateemail email emailaddress',
  'contact.personalPhone':
    'personalphone homephone mobile mobilephone cellphone phone phonenumber telephone',
  'contact.street': 'street streetaddress homeaddress address address1 addressline1',
  'contact.city': 'city town',
  'contact.region': 'state region stateprovince province',
  'contact.postalCode': 'postalcode zipcode zip postcode',
  'contact.country': 'country countrycode',
  'pay.base': 'annualsalary currentannualsalary basesalary salary basepay annualpay',
  'pay.basis': 'paybasis',
  'pay.grossReceived': 'grosspayreceived grosspay',
  'pay.overtimeReceived': 'overtimepay overtimepayreceived',
  'demographic.sex': 'sex gender',
  'demographic.hispanicLatino': 'hispaniclatino hispanicorlatino hispanic ethnicity',
  'demographic.race': 'race racedesc racedescription raceethnicity',
  'workEligibility.citizenship': 'citizenship citizendesc citizenshipstatus',
  'evaluation.date': 'evaluationdate lastperformancereviewdate performancereviewdate reviewdate',
  'evaluation.rating': 'performancerating performancescore rating',
};

const named = new Map<string, { id: string; rank: number }[]>();
for (const [id, list] of Object.entries(words)) {
  for (const [rank, word] of list.split(' ').entries()) {
    named.set(word, [...(named.get(word) ?? []), { id, rank }]);
  }
}
