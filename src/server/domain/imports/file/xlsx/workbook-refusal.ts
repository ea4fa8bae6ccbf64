/** Why a workbook is refused as a whole. The sentences name what was found and what to do, never what
 * the workbook says. */
import { FileRefusal, type FileRefusalCode } from '../file-refusal.ts';

const SENTENCES = {
  'workbook-damaged':
    'The workbook is damaged or was cut short. Open it in the spreadsheet program, save it again as .xlsx and send it whole.',
  'not-a-workbook':
    'The file is an archive and not an Excel workbook (.xlsx). Send the staff file itself, as .xlsx or "CSV UTF-8".',
  'old-workbook':
    'The file is an old Excel file (.xls), or a workbook with a password. Save it in the spreadsheet program as .xlsx without a password, or as "CSV UTF-8".',
  'binary-workbook':
    'The file is a binary workbook (.xlsb). Save it in the spreadsheet program as .xlsx or "CSV UTF-8".',
  'workbook-encrypted': 'Parts of the workbook are encrypted. Save it without a password.',
  'workbook-macros':
    'The workbook holds macros. Save it as .xlsx (without macros) or as "CSV UTF-8".',
  'workbook-links':
    'The workbook is linked to other workbooks. Break the links (in Excel: Data, Edit Links), or save it as "CSV UTF-8".',
  'workbook-objects':
    'The workbook holds embedded objects. Delete them, or save it as "CSV UTF-8".',
  'workbook-names':
    'The workbook holds parts with names that no spreadsheet program writes. Save it again as .xlsx.',
  'workbook-overlaps':
    'Parts of the workbook lie over one another, or come twice, as no spreadsheet program writes them. Save it again as .xlsx.',
  'workbook-too-large':
    'The workbook is too large when unpacked, or packed as no spreadsheet program packs it. Save it as "CSV UTF-8", or send it in parts.',
  'workbook-doctype':
    'The workbook has a part with a document type or entities, as no spreadsheet program writes them. Save it again as .xlsx.',
  'workbook-not-utf-8':
    'The workbook has a part that is not UTF-8. Open it in the spreadsheet program and save it again as .xlsx.',
  'too-many-strings':
    'The workbook holds more text than can be looked up at once. Save it as "CSV UTF-8", or send it in parts.',
  'too-many-sheets': 'The workbook has more than 255 sheets. Send only the one that is to be read.',
  'too-many-formats':
    'The workbook has more cell formats than can be read. Save it as "CSV UTF-8", or copy the sheet into a new workbook.',
  'no-sheet': 'The workbook has no visible sheet with a header and rows. Send one that has.',
} as const satisfies Partial<Record<FileRefusalCode, string>>;

/** `cause` is for the log only. */
export function workbookRefusal(code: keyof typeof SENTENCES, cause?: unknown): FileRefusal {
  return new FileRefusal(code, SENTENCES[code], {}, cause);
}
