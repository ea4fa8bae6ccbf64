// The catalogue's shapes: what may be held, about whom, why and for how long. Only strings,
// integers, booleans, arrays and objects, so that a catalogue has one canonical digest.

/** R1 business contact, R2 personal, R3 confidential, R4 special or segregated. */
export type Sensitivity = 'R1' | 'R2' | 'R3' | 'R4';

/** Records of different compartments are sealed under different keys; the law wants several apart. */
export type Compartment =
  | 'personnel'
  | 'contact'
  | 'pay'
  | 'identity'
  | 'demographic'
  | 'medical'
  | 'bank'
  | 'conduct';

export type Purpose =
  | 'hr-administration'
  | 'import'
  | 'reporting'
  | 'support'
  | 'study'
  | 'statutory-report';

export type ElementType =
  | 'text'
  | 'date'
  | 'money'
  | 'code'
  | 'number'
  | 'boolean'
  | 'country'
  | 'email'
  | 'phone'
  | 'identifier'
  | 'document';

/**
 * The law or instruction that demands an element. `jurisdiction` is 'US', 'US-CA' …, or 'client'
 * for the client's own instruction. `checkedOn` is the day (YYYY-MM-DD) the source was looked at;
 * `confidence` says how: read in its own text, from a secondary source, or still to be confirmed.
 * `minimum` and `trigger` are the period that this mandate itself names, absent if it names none.
 */
export interface Mandate {
  citation: string;
  jurisdiction: string;
  checkedOn: string;
  confidence?: 'read' | 'secondary' | 'confirm';
  demands?: string;
  minimum?: string;
  trigger?: string;
}

/**
 * ISO 8601 durations counted from `trigger`, an id in the code list `retentionTrigger`. `minimum`
 * is the longest that a mandate names, null where no law names a period; `maximum` is the SOP's
 * erase date. The trigger is never earlier than the trigger of any mandate of the element.
 */
export interface Retention {
  minimum: string | null;
  trigger: string;
  maximum: string;
}

/** Bounds on an element's values; lengths in UTF-16 code units, dates as YYYY-MM-DD, ends included. */
export interface Validation {
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  notBefore?: string;
  notAfter?: string;
}

/** One data element with its Standard Operating Procedure. */
export interface Element {
  id: string;
  label: string;
  why: string;
  type: ElementType;
  sensitivity: Sensitivity;
  purposes: Purpose[];
  /** How often it is collected, for lawyers; and for machines (absent in catalogues before version 2). */
  frequency: string;
  cadence?: string;
  retention: Retention;
  mandates: Mandate[];
  reviewedOn: string;
  reviewDue: string;
  taxonomy: { fideslang: string; dpv: string };
  required: boolean;
  /** The code list's id, for type `code` only. */
  codes?: string;
  /** Free text may hold anything a person writes: never loaded into the read model. */
  freeText?: boolean;
  /** Rows of the reference table of HR data elements that this element comes from. */
  source?: number[];
  validation?: Validation;
}

export interface RecordType {
  id: string;
  label: string;
  about: 'subject' | 'client';
  compartment: Compartment;
  cardinality: 'one' | 'many' | 'effective';
  /**
   * Of a type with many records the elements that tell one record from another: an import knows by
   * them which one it has before it. Where others refer to the type, or nothing of it may change,
   * there is one record with the same values at most.
   */
  identifiedBy?: string[];
  /**
   * What is on record stays. `whole`: a record is neither corrected nor ended. `values`: its values
   * are never corrected, but it may be ended.
   */
  appendOnly?: 'whole' | 'values';
  /** Records of the client's that a record of this type must find before it is stored. */
  refersTo?: Reference[];
  elements: Element[];
}

/**
 * A reference by what identifies the other record: element here → element there. `where` are codes
 * that the other record must have; `dated` is the date element on which it must not have ended yet
 * (the day of the call when that is not given).
 */
export interface Reference {
  type: string;
  by: Record<string, string>;
  where?: Record<string, string>;
  dated?: string;
}

export interface CodeList {
  label: string;
  codes: Record<string, string>;
}

/**
 * What happened to an element (`<type>.<element>`): it has another id, perhaps in another type, some of
 * its codes have other names, or it is not held any more, with the reason.
 */
export type MigrationStep =
  | { element: string; becomes: string }
  | { element: string; codes: Record<string, string> }
  | { element: string; removed: string };

/** The steps from the version before to `version`, in their order. */
export interface Migration {
  version: number;
  steps: MigrationStep[];
}

export interface Catalogue {
  version: number;
  /** Oldest first; absent where there are none. */
  migrations?: Migration[];
  codeLists: Record<string, CodeList>;
  types: RecordType[];
}
