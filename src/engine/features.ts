import { stat } from 'node:fs/promises';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { UserError } from '../core/errors.js';
import { FEATURE_RANGES, type FeatureRange, type Features } from '../core/features.js';
import type { Image } from '../core/image.js';

/** What the network wants of an image. */
interface Input {
  readonly name: string;
  readonly channelsFirst: boolean;
  /** undefined: any. */
  readonly height: number | undefined;
  readonly width: number | undefined;
}

/**
 * Opens the user’s network of features, an ONNX file.
 * @throws UserError where the file is no network of one image.
 */
export async function openFeatures(file: string, range: FeatureRange): Promise<Features> {
  if (!(await stat(file).catch(() => undefined))?.isFile()) {
    throw new UserError(`There is no feature network ${file}.`, {
      exitCode: 2,
      remedy: 'Name an ONNX file: `./x.onnx` is beside the recipe, a bare `x.onnx` in the data folder.',
    });
  }
  // Loaded where it is used: the list of metrics is read by every command.
  const ort = await import('onnxruntime-node');
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(file, { executionProviders: ['cpu'], logSeverityLevel: 3 });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    throw new UserError(`${file} is not a network that onnxruntime can run: ${reason}`, {
      exitCode: 2,
      cause: error,
    });
  }
  const input = inputOf(session, file);
  return {
    async of(image) {
      const { height = image.height, width = image.width } = input;
      const data = planes(await resize(colours(image), height, width), range, input.channelsFirst);
      const dims = input.channelsFirst ? [1, 3, height, width] : [1, height, width, 3];
      const outputs = await session.run({ [input.name]: new ort.Tensor('float32', data, dims) });
      return pooled(outputs[session.outputNames[0]!]!, input.channelsFirst);
    },
    close: () => session.release(),
  };
}

function inputOf(session: InferenceSession, file: string): Input {
  const [only, ...others] = session.inputMetadata;
  const shape = only?.isTensor && only.type === 'float32' ? only.shape : [];
  const number = (size: number | string | undefined): number | undefined =>
    typeof size === 'number' && size > 0 ? size : undefined;
  const [, a, b, c] = shape;
  const channelsFirst = a === 3;
  if (!only || others.length > 0 || shape.length !== 4 || (!channelsFirst && c !== 3)) {
    throw new UserError(`${file} does not take one image of 3 channels as float32.`, {
      exitCode: 2,
      remedy: `Its inputs: ${session.inputNames.join(', ')}${only?.isTensor ? `, the first ${only.type} [${only.shape.join(', ')}]` : ''}. Export it with one input [n, 3, height, width].`,
    });
  }
  const [height, width] = channelsFirst ? [number(b), number(c)] : [number(a), number(b)];
  return { name: only.name, channelsFirst, height, width };
}

/** Red, green and blue: grey stands for three equal channels, alpha is left out. */
function colours({ data, channels, width, height }: Image): Image {
  const rgb = new Uint8Array(width * height * 3);
  for (let at = 0, i = 0; i < rgb.length; i += 3, at += channels)
    for (let c = 0; c < 3; c++) rgb[i + c] = data[channels === 1 ? at : at + c]!;
  return { width, height, channels: 3, data: rgb };
}

async function resize(image: Image, height: number, width: number): Promise<Image> {
  if (image.height === height && image.width === width) return image;
  const { default: sharp } = await import('sharp');
  const data = await sharp(image.data, { raw: image })
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  return { width, height, channels: 3, data };
}

/** Values in the network's range and order. */
function planes({ data, width, height }: Image, range: FeatureRange, channelsFirst: boolean): Float32Array {
  const [black, white] = FEATURE_RANGES[range];
  const pixels = width * height;
  const values = new Float32Array(3 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let c = 0; c < 3; c++) {
      const byte = data[pixel * 3 + c]!;
      values[channelsFirst ? c * pixels + pixel : pixel * 3 + c] = black + (byte / 255) * (white - black);
    }
  }
  return values;
}

/** One number per feature: of a map the mean over its pixels. */
function pooled({ data, dims }: Tensor, channelsFirst: boolean): Float32Array {
  const values = Float32Array.from(data as Float32Array);
  if (dims.length !== 4) return values;
  const features = channelsFirst ? dims[1]! : dims[3]!;
  const pixels = values.length / features;
  return Float32Array.from({ length: features }, (_, feature) => {
    let sum = 0;
    for (let pixel = 0; pixel < pixels; pixel++)
      sum += values[channelsFirst ? feature * pixels + pixel : pixel * features + feature]!;
    return sum / pixels;
  });
}
