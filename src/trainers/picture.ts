import { hexColour } from '../core/colour.js';
import type { Cell, Colour, Image } from '../core/image.js';
import { toByte, toImage } from '../core/pixels.js';
import type { Plan } from '../plan/index.js';

/** Turns values of a field or tensor into a picture, or into the name of a class. */
export type ConvertToImage = (values: Float32Array, shape: readonly number[]) => Cell;

/**
 * How a field or tensor of the plan becomes a picture: a class becomes its name, any other vector a square of greys,
 * labels the colours of their palette, and a map of 2 or more than 4 channels the mean of these.
 */
export function imageConverter(plan: Plan, name: string): ConvertToImage {
  const ofClass = plan.classes[name];
  if (ofClass !== undefined) {
    const classes = plan.fields[ofClass]?.config.classes;
    return (values) => {
      const number = largest(values, 0, values.length);
      return typeof classes === 'object' ? (classes[number] ?? String(number)) : String(number);
    };
  }
  const reference = plan.outputs[name]?.reference;
  const config =
    plan.fields[name]?.config ?? (reference === undefined ? undefined : plan.fields[reference]?.config);
  const made = plan.tensors.find((tensor) => tensor.name === name)?.isMask ? 'mask' : 'rgb';
  const { as = made, palette } = config ?? {};
  const colours = as === 'labels' && typeof palette === 'object' ? palette.map(hexColour) : undefined;
  return (values, shape) => {
    if (shape.length === 1) return square(values);
    const channels = shape[2]!;
    if (colours && channels === colours.length) return paint(values, shape, colours);
    return [1, 3, 4].includes(channels) ? toImage(values, shape, as) : meanOfChannels(values, shape);
  };
}

/** Position of the largest of `count` values. */
function largest(values: Float32Array, from: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[from + i]! > values[from + best]!) best = i;
  return best;
}

function square(values: Float32Array): Image {
  const side = Math.ceil(Math.sqrt(values.length));
  const data = new Uint8Array(side * side).fill(255);
  values.forEach((value, i) => (data[i] = toByte(value)));
  return { width: side, height: side, channels: 1, data };
}

function paint(
  values: Float32Array,
  [height = 1, width = 1, channels = 1]: readonly number[],
  colours: readonly Colour[],
): Image {
  const data = new Uint8Array(height * width * 3);
  for (let i = 0; i < height * width; i++) data.set(colours[largest(values, i * channels, channels)]!, i * 3);
  return { width, height, channels: 3, data };
}

function meanOfChannels(
  values: Float32Array,
  [height = 1, width = 1, channels = 1]: readonly number[],
): Image {
  const data = new Uint8Array(height * width);
  for (let i = 0; i < data.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += values[i * channels + c]!;
    data[i] = toByte(sum / channels);
  }
  return { width, height, channels: 1, data };
}
