import type { Image } from '../core/image.js';
import type { Window } from './augment.js';
import { channelsOf, type Field } from './field.js';

/** x / 127.5 - 1 of every byte. */
const SIGNED = Float32Array.from({ length: 256 }, (_, x) => x / 127.5 - 1);

/**
 * Writes the window of an example's pixels as the field's tensor, `[height, width, channels]`, into zeros.
 * It runs for every example of every batch, hence plain loops over typed arrays.
 */
export function writeTensor(out: Float32Array, image: Image, window: Window, field: Field): void {
  if (field.as === 'class') throw new Error(`The field ${field.name} is a class, and no image.`);
  const target = channelsOf(field);
  const write = WRITERS[field.as];
  for (let y = 0; y < window.height; y++) {
    const first = window.left + (window.mirror ? window.width - 1 : 0);
    const from = ((window.top + y) * image.width + first) * image.channels;
    const step = window.mirror ? -image.channels : image.channels;
    write(out, y * window.width * target, target, image.data, from, step, window.width);
  }
}

/** One row of `count` pixels: `from` is the first pixel read, `step` leads to the next, backwards where mirrored. */
type WriteRow = (
  out: Float32Array,
  to: number,
  target: number,
  data: Uint8Array,
  from: number,
  step: number,
  count: number,
) => void;

/** By far the commonest: unrolled it takes two thirds of the time. */
const writeRgb: WriteRow = (out, to, _target, data, from, step, count) => {
  for (let x = 0; x < count; x++, from += step, to += 3) {
    out[to] = SIGNED[data[from]!]!;
    out[to + 1] = SIGNED[data[from + 1]!]!;
    out[to + 2] = SIGNED[data[from + 2]!]!;
  }
};

const writeSigned: WriteRow = (out, to, target, data, from, step, count) => {
  for (let x = 0; x < count; x++, from += step, to += target) {
    for (let c = 0; c < target; c++) out[to + c] = SIGNED[data[from + c]!]!;
  }
};

const writeMask: WriteRow = (out, to, _target, data, from, step, count) => {
  for (let x = 0; x < count; x++, from += step) out[to + x] = data[from]!;
};

const writeOneHot: WriteRow = (out, to, target, data, from, step, count) => {
  for (let x = 0; x < count; x++, from += step, to += target) out[to + data[from]!] = 1;
};

const WRITERS: Readonly<Record<Exclude<Field['as'], 'class'>, WriteRow>> = {
  rgb: writeRgb,
  rgba: writeSigned,
  grey: writeSigned,
  mask: writeMask,
  labels: writeOneHot,
};
