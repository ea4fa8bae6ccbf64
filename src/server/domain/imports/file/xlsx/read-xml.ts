/** A part's XML as events, strictly read: no document type, no entities of its own, no depth or width
 * that a spreadsheet program would not write. */
import sax from 'sax';
import { workbookRefusal } from './workbook-refusal.ts';

const DEPTH_MAX = 64;
const ATTRIBUTES_MAX = 100;
/** Of entities the five of XML alone. (The types do not know the option.) */
const OPTIONS = { strictEntities: true, position: false };

export interface XmlHandlers {
  /** Names come without their prefix. */
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  /** May come in several pieces. */
  text?(text: string): void;
  close?(name: string): void;
}

export interface XmlFeeder {
  /** Throws FileRefusal, and whatever a handler throws. */
  write(bytes: Uint8Array): void;
  end(): void;
}

export function openXml(handlers: XmlHandlers): XmlFeeder {
  const parser = sax.parser(true, OPTIONS);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let depth = 0;
  let attributes = 0;
  let hasRoot = false;
  let before = '';

  parser.onerror = (error) => {
    throw workbookRefusal('workbook-damaged', error);
  };
  parser.ondoctype = () => {
    throw workbookRefusal('workbook-doctype');
  };
  parser.onprocessinginstruction = ({ name, body }) => {
    const encoding = /encoding\s*=\s*["']([^"']*)/i.exec(body)?.[1];
    if (name === 'xml' && encoding !== undefined && !/^utf-?8$/i.test(encoding)) {
      throw workbookRefusal('workbook-not-utf-8');
    }
  };
  parser.onopentagstart = () => {
    hasRoot = true;
    attributes = 0;
    if (++depth > DEPTH_MAX) throw workbookRefusal('workbook-damaged');
  };
  parser.onattribute = () => {
    if (++attributes > ATTRIBUTES_MAX) throw workbookRefusal('workbook-damaged');
  };
  const { open, text, close } = handlers;
  if (open) {
    parser.onopentag = (tag) => open(localName(tag.name), tag.attributes as Record<string, string>);
  }
  if (text) parser.ontext = text;
  if (text) parser.oncdata = text;
  parser.onclosetag = (name) => {
    depth--;
    close?.(localName(name));
  };

  /** Before the root element: here alone a document type can stand, and it is not even parsed. */
  function watchProlog(piece: string): void {
    before = (before + piece).slice(0, 4096);
    if (/<!(?!-)./s.test(before)) throw workbookRefusal('workbook-doctype');
  }

  function decode(bytes?: Uint8Array): string {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch (error) {
      throw workbookRefusal('workbook-not-utf-8', error);
    }
  }

  return {
    write(bytes) {
      const piece = decode(bytes);
      if (!hasRoot) watchProlog(piece);
      parser.write(piece);
    },
    end() {
      parser.write(decode());
      parser.close();
    },
  };
}

/** Reads a whole part. */
export async function readXml(bytes: AsyncIterable<Uint8Array>, handlers: XmlHandlers) {
  const xml = openXml(handlers);
  for await (const chunk of bytes) xml.write(chunk);
  xml.end();
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
