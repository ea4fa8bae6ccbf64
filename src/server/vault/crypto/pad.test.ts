import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LENGTH_BYTES, paddedSize, unpad, writePadded } from './pad.ts';

function padded(plaintext: Buffer): Buffer {
  const size = paddedSize(plaintext.length);
  const out = Buffer.alloc(size, 0xff);
  writePadded(out, 0, size, plaintext);
  return out;
}

test('sizes are powers of two from 128 bytes to 4 KiB, then eighths of the power below', () => {
  const sizes = new Set<number>();
  for (let length = 0; length <= 16_384; length++) sizes.add(paddedSize(length));
  assert.deepEqual(
    [...sizes],
    [
      128, 256, 512, 1024, 2048, 4096, 4608, 5120, 5632, 6144, 6656, 7168, 7680, 8192, 9216, 10240,
      11264, 12288, 13312, 14336, 15360, 16384, 18432,
    ],
  );
});

test('the size grows with the length, holds it, and above 4 KiB adds at most an eighth', () => {
  const length = fc.integer({ min: 0, max: 2 ** 30 });
  fc.assert(
    fc.property(length, length, (a, b) => {
      if (a <= b) assert.ok(paddedSize(a) <= paddedSize(b));
      const need = a + LENGTH_BYTES;
      assert.ok(paddedSize(a) >= need);
      if (need > 4096) assert.ok(paddedSize(a) - need < need / 8);
    }),
  );
});

test('unpad gives back what was padded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 9000, size: 'max' }), (bytes) => {
      assert.deepEqual(unpad(padded(Buffer.from(bytes))), Buffer.from(bytes));
    }),
    { numRuns: 50 },
  );
});

test('unpad refuses a padding that is not ours: other zeros, length or size', () => {
  const good = padded(Buffer.alloc(5000, 7));
  for (const at of [0, 1, 2, 3, LENGTH_BYTES + 5000, good.length - 1]) {
    const bad = Buffer.from(good);
    bad[at]! ^= 0x80;
    assert.throws(() => unpad(bad), { code: 'padding' }, `byte ${at}`);
  }
  assert.throws(() => unpad(good.subarray(0, -1)), { code: 'padding' });
  assert.throws(() => unpad(Buffer.concat([good, Buffer.alloc(512)])), { code: 'padding' });
  assert.throws(() => unpad(Buffer.alloc(0)), { code: 'padding' });
});
