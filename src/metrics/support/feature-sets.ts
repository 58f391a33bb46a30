import { type Static, Type } from 'typebox';
import type { FeatureRange } from '../../core/features.js';
import type { MetricContext, SetMeasure } from '../../registry/index.js';

/** Keys of a metric that compares sets of images by the features of a network. */
export const featureParams = () =>
  Type.Object(
    {
      features: Type.String({
        minLength: 1,
        description:
          'ONNX file of a network from images `[n, 3, height, width]` or `[n, height, width, 3]` to features: `./x` is beside the recipe, a bare `x` in the data folder.',
        examples: ['./inception.onnx'],
      }),
      range: Type.Enum(['-1..1', '0..1', '0..255'] satisfies FeatureRange[], {
        default: '-1..1',
        description: 'What the network expects black and white to be.',
      }),
    },
    { additionalProperties: false },
  );

/** Collects the features of all outputs and of all references. @param distance between the two sets of vectors. */
export const compareFeatures =
  (distance: (made: readonly Float32Array[], real: readonly Float32Array[]) => number) =>
  async (
    { features: file, range }: Static<ReturnType<typeof featureParams>>,
    { openFeatures }: MetricContext,
  ): Promise<SetMeasure> => {
    const features = await openFeatures(file, range);
    const made: Float32Array[] = [];
    const real: Float32Array[] = [];
    return {
      async add(output, reference) {
        made.push(await features.of(output));
        real.push(await features.of(reference));
      },
      value: () => distance(made, real),
      close: () => features.close(),
    };
  };
