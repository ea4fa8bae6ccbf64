import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../fault.ts';
import { chooseMedia } from './media.ts';

const OFFERED = ['text/markdown', 'text/html', 'application/pdf'];

test('the caller gets the form that it wants most, and the first one when it does not say', () => {
  const cases: [string | undefined, string][] = [
    [undefined, 'text/markdown'],
    ['', 'text/markdown'],
    ['*/*', 'text/markdown'],
    ['application/pdf', 'application/pdf'],
    ['APPLICATION/PDF; q=0.9, text/html;q=0.8', 'application/pdf'],
    ['text/*;q=0.5, application/pdf;q=0.4', 'text/markdown'],
    ['text/markdown;q=0, text/*', 'text/html'],
    ['application/json, text/html', 'text/html'],
  ];
  for (const [accept, media] of cases) {
    assert.equal(chooseMedia(accept, OFFERED), media, accept ?? 'none');
  }
});

test('a caller who wants none of the forms is told which there are', () => {
  for (const accept of ['application/json', 'text/html;q=0', 'nonsense', 'text/html;q=7']) {
    assert.throws(
      () => chooseMedia(accept, OFFERED),
      (error) => error instanceof Refusal && error.status === 400 && /pdf/.test(error.message),
    );
  }
});
