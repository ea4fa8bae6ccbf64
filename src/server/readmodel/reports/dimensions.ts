/** By what people may be counted: a fixed list, because every listed dimension is one more way of
 * singling somebody out. */

export interface Dimension {
  readonly id: string;
  readonly label: string;
  /** `<type>.<element>` whose words are counted. */
  readonly element: string;
}

export const DIMENSIONS: readonly Dimension[] = [
  { id: 'department', label: 'Department', element: 'job.department' },
  { id: 'division', label: 'Division', element: 'job.division' },
  { id: 'location', label: 'Location', element: 'job.location' },
  { id: 'jobTitle', label: 'Job title', element: 'job.title' },
  { id: 'eeoCategory', label: 'EEO-1 job category', element: 'job.eeoCategory' },
  { id: 'manager', label: 'Manager (staff number)', element: 'job.manager' },
  { id: 'employmentType', label: 'Employment type', element: 'employment.type' },
];
