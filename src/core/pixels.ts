import type { Image } from './image.js';

/** The 8-bit value of x in [-1, 1], rounded. */
export function toByte(x: number): number {
  const value = Math.round((x + 1) * 127.5);
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** An image of one example, `[height, width, channels]`, from values in [-1, 1] (or {0, 1} for a mask). */
export function toImage(values: Float32Array, shape: readonly number[], as: string): Image {
  const [height = 1, width = 1, channels = 1] = shape;
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new Error(`${channels} channels do not make a picture.`);
  }
  const data = new Uint8Array(height * width * channels);
  if (as === 'mask') for (let i = 0; i < data.length; i++) data[i] = values[i]! > 0.5 ? 255 : 0;
  else for (let i = 0; i < data.length; i++) data[i] = toByte(values[i]!);
  return { width, height, channels, data };
}
