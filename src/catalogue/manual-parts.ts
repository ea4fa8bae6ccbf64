// The procedure manual as parts that every form of it prints: the whole catalogue, or what one client
// has adopted, in words. It says nothing that the catalogue does not. All texts are plain: whoever
// prints them escapes them.
import type { Catalogue, Element, RecordType } from './catalogue.ts';
import { catalogueDigest } from './digest.ts';
import { isOwnElement } from './own.ts';
import { recordTypeRules } from './record-type-words.ts';
import { mandateWords, retentionWords } from './words.ts';

export interface Manual {
  readonly title: string;
  readonly version: number;
  /** SHA-256, hex. */
  readonly digest: string;
  readonly summary: string;
  readonly purposes: readonly ListPart[];
  readonly types: readonly TypePart[];
  readonly codeLists: readonly ListPart[];
}

export interface ListPart {
  readonly id: string;
  readonly label: string;
  readonly codes: readonly (readonly [code: string, text: string])[];
}

export interface TypePart {
  readonly id: string;
  readonly label: string;
  readonly compartment: string;
  /** Without the compartment and without a full stop. */
  readonly about: string;
  /** What else holds of its records, a sentence each, in Markdown; nothing of a client's is in it. */
  readonly rules: readonly string[];
  readonly elements: readonly ElementPart[];
}

export interface ElementPart {
  /** `<type>.<element>`. */
  readonly id: string;
  readonly label: string;
  readonly kind: string;
  readonly codes: string | undefined;
  readonly sensitivity: string;
  readonly required: boolean;
  readonly why: string;
  readonly frequency: string;
  readonly retention: string;
  readonly mandates: readonly string[];
  readonly sensitivityWords: string;
  readonly purposes: string;
  readonly taxonomy: { readonly fideslang: string; readonly dpv: string };
  readonly reviewedOn: string;
  readonly reviewDue: string;
  /** The client's own, and not ours. */
  readonly isOwn: boolean;
}

const ABOUT = { subject: 'About each member of staff', client: 'About the client itself' };
const CARDINALITY = {
  one: 'one record each',
  many: 'any number of records',
  effective: 'one record in force at a time, each from a day to a day',
};
const SENSITIVITY = {
  R1: 'R1, business contact',
  R2: 'R2, personal',
  R3: 'R3, confidential',
  R4: 'R4, special or segregated: never listed, filtered, sorted or searched',
};

/** Purposes have a section of their own; retention clocks stand in words with the elements. */
const TOLD_ELSEWHERE = ['purpose', 'retentionTrigger'];

/** The parts of `catalogue`; with `client`, headed by that name as the client's own. */
export function manualOf(catalogue: Catalogue, options: { client?: string } = {}): Manual {
  const { types, version } = catalogue;
  const { client } = options;
  const count = types.reduce((sum, type) => sum + type.elements.length, 0);
  return {
    title: client === undefined ? 'Procedure manual' : `Procedure manual for ${oneLine(client)}`,
    version,
    digest: catalogueDigest(catalogue),
    summary:
      `${client === undefined ? 'All' : 'The adopted'} Standard Operating Procedures: ` +
      `${types.length} record types with ${count} data elements. ` +
      'A value that no procedure here names cannot be stored.',
    purposes: lists(catalogue, (id) => id === 'purpose'),
    types: types.map((type) => typePart(catalogue, type)),
    codeLists: lists(catalogue, (id) => !TOLD_ELSEWHERE.includes(id)),
  };
}

/** A name that cannot leave its line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

function typePart(catalogue: Catalogue, type: RecordType): TypePart {
  const { id, label, compartment } = type;
  const about = `${ABOUT[type.about]}; ${CARDINALITY[type.cardinality]}`;
  const elements = type.elements.map((element) => elementPart(catalogue, type, element));
  return { id, label, compartment, about, rules: recordTypeRules(type), elements };
}

function elementPart(catalogue: Catalogue, type: RecordType, element: Element): ElementPart {
  const { codes, sensitivity, purposes } = element;
  const id = `${type.id}.${element.id}`;
  return {
    id,
    label: element.label,
    kind: kindOf(element),
    codes,
    sensitivity,
    required: element.required,
    why: element.why,
    frequency: element.frequency,
    retention: retentionWords(catalogue, element.retention),
    mandates: element.mandates.map((mandate) => mandateWords(catalogue, mandate)),
    sensitivityWords: SENSITIVITY[sensitivity],
    purposes: purposes.join(', '),
    taxonomy: element.taxonomy,
    reviewedOn: element.reviewedOn,
    reviewDue: element.reviewDue,
    isOwn: isOwnElement(id),
  };
}

function kindOf({ type, codes, freeText }: Element): string {
  if (type === 'code') return `code from ${codes}`;
  return freeText ? 'free text' : type;
}

function lists({ codeLists }: Catalogue, isWanted: (id: string) => boolean): ListPart[] {
  return Object.entries(codeLists)
    .filter(([id]) => isWanted(id))
    .map(([id, { label, codes }]) => ({ id, label, codes: Object.entries(codes) }));
}
