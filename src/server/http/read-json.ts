/** The bytes of a JSON body → its value. Nothing about the value is said when it cannot be read. */
import { isUtf8 } from 'node:buffer';
import { badInput } from '../fault.ts';

/**
 * Parses `bytes`. Throws badInput on anything but UTF-8 JSON, on objects and arrays nested deeper
 * than `depthMax`, on keys that reach prototypes, and on lone surrogates, which have no UTF-8 form.
 */
export function readJson(bytes: Buffer, depthMax: number): unknown {
  if (!isUtf8(bytes)) throw badInput('The body is not UTF-8.');
  // Counted before parsing, so that no parser meets a million brackets.
  if (depthOf(bytes) > depthMax)
    throw badInput(`The body is nested deeper than ${depthMax} levels.`);
  const value = parsed(bytes);
  checkValue(value);
  return value;
}

/** The parser's own error quotes the text, so it goes nowhere. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return refuse('The body is not JSON.');
  }
}

function refuse(detail: string): never {
  throw badInput(detail);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACKET = 0x5d;
const CLOSE_BRACE = 0x7d;

function depthOf(bytes: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let isText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (isText) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) isText = true;
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) deepest = Math.max(deepest, ++depth);
    else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth--;
  }
  return deepest;
}

/** Recursion is bounded by the depth that was just checked. */
function checkValue(value: unknown): void {
  if (typeof value === 'string') checkText(value);
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) checkValue(item);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
      throw badInput('The body has a key that is not allowed.');
    }
    checkText(key);
    checkValue(item);
  }
}

function checkText(text: string): void {
  if (!text.isWellFormed()) throw badInput('The body holds half of a surrogate pair.');
}
