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
  return named.get(header) ?? [];
}

// Element → squeezed headers, the best name first.
const words: Record<string, string> = {
  'employment.staffNumber':
    'staffnumber staffno staffid employeenumber employeeno employeeid empid empno empnumber empcode employeecode personnelnumber personnelno workerid badgenumber filenumber',
  'person.lastName': 'lastname surname familyname legallastname',
  'person.firstName': 'firstname givenname forename legalfirstname',
  'person.middleName': 'middlename middleinitial middlenames mi',
  'person.preferredName': 'preferredname nickname knownas goesby',
  'person.dateOfBirth': 'dateofbirth dob birthdate birthday dateborn',
  'employment.hireDate':
    'hiredate datehired dateofhire dateofhiring datefirsthired originalhiredate firsthiredate startdate employmentstartdate joiningdate joindate dateofjoining doj',
  'employment.rehireDate': 'rehiredate dateofrehire daterehired lastrehiredate',
  'employment.status': 'employmentstatus employeestatus empstatus status',
  'employment.type':
    'employmenttype employeetype assignmentcategory fulltimeparttime ftpt fullparttime timetype worktype',
  'employment.terminationDate':
    'terminationdate dateofterminaton dateofterminated dateoftermination termdate separationdate leavedate leavingdate exitdate enddate',
  'employment.terminationReason':
    'terminationreason termreason reasonfortermination separationreason leavingreason',
  'job.title':
    'jobtitle positiontitle employeepositiontitle title position job designation occupation role',
  'job.department': 'department dept departmentname deptname departmentcode',
  'job.division': 'division divisionname businessunit',
  'job.location': 'location worklocation worksite site office workplace',
  'job.manager':
    'managerid managernumber managerstaffnumber manageremployeeid supervisorid supervisornumber reportstoid reportsto',
  'job.eeoCategory': 'eeocategory eeo1category eeojobcategory eeo1jobcategory eeoc',
  'job.socCode': 'soccode soc',
  'job.flsaStatus': 'flsastatus flsa exemptstatus exempt',
  'contact.street': 'street streetaddress address address1 addressline1 homeaddress',
  'contact.city': 'city town',
  'contact.state': 'state stateprovince province',
  'contact.postalCode': 'zip zipcode postalcode postcode',
  'contact.country': 'country countrycode',
  'contact.email': 'personalemail email emailaddress homeemail',
  'contact.phone': 'personalphone phone phonenumber mobile mobilephone cellphone homephone',
  'pay.base':
    'currentannualsalary annualsalary basesalary salary basepay annualpay annualrate payrate',
  'demographic.sex': 'sex gender',
  'demographic.hispanicLatino': 'hispaniclatino hispanicorlatino hispanic ethnicity',
  'demographic.race': 'race racedesc racedescription raceethnicity',
};

const named = new Map<string, { id: string; rank: number }[]>();
for (const [id, list] of Object.entries(words)) {
  for (const [rank, word] of list.split(' ').entries()) {
    named.set(word, [...(named.get(word) ?? []), { id, rank }]);
  }
}
