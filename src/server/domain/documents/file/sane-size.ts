/** Whether an image has a size that a scan or a photograph can have; more would only harm who opens it. */
import { FileFault } from './file-fault.ts';

const SIDE_MAX = 32_767;
const PIXELS_MAX = 200_000_000;

export function checkSize(width: number, height: number): void {
  if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX) {
    throw new FileFault(`has a side of no pixel, or of more than ${SIDE_MAX}`);
  }
  if (width * height > PIXELS_MAX) throw new FileFault(`has more than ${PIXELS_MAX} pixels`);
}
