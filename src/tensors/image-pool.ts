import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { sizeOf } from '../core/shape.js';
import { defineTensor } from '../registry/index.js';

export const imagePool = defineTensor({
  type: 'image-pool',
  summary:
    'Half of the time an image from an earlier step, so that a discriminator does not forget old fakes.',
  description:
    'While the pool fills, each image is kept and handed on. When it is full, every image is either handed on, or, with probability 1/2, changes places with a random one of the pool. No gradient passes. The pool is kept in checkpoints; in samples and evaluation the image is handed on as it is. Shape: the image’s.',
  formula: 'y = pool[k] and pool[k] <- of where u < 1/2, else y = of; u ~ U[0, 1), k ~ U{0, ..., size - 1}',
  paper: 'arXiv:1612.07828',
  params: Type.Object(
    {
      of: Type.String({ description: 'The call or name of the image.' }),
      size: Type.Integer({
        minimum: 1,
        default: 50,
        description: 'Images that it keeps: each costs its memory, and its place in checkpoints.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'image-pool', of: 'fake_A', size: 50 },
  operands: ['of'],
  stopsGradient: true,
  shape: (_params, [of]) => of!,
  state: ({ size }, [of]) => ({ images: [size, ...of!], count: [] }),

  build:
    ({ size }, { tf, batch, draw, state }) =>
    ([of]) => {
      if (!state) return of!;
      const chances = draw([batch, 2], (random, values) => {
        for (let i = 0; i < values.length; i++) values[i] = random.uniform();
      });
      const length = sizeOf(of!.shape.slice(1));
      const images = tf.reshape(state['images']!, [size, length]);
      // Rows of the pool, then those of the batch: whatever happens is a choice among them, and each is copied once.
      const rows = tf.concat([images, tf.reshape(of!, [batch, length])], 0);
      const places = tf.range(0, size);
      let held: Tensor = places;
      let count: Tensor = state['count']!;
      const out: Tensor[] = [];
      for (let i = 0; i < batch; i++) {
        const [chance, place] = [0, 1].map((column) =>
          tf.reshape(tf.slice(chances, [i, column], [1, 1]), []),
        );
        const isFull = tf.cast(tf.greaterEqual(count, size), 'float32');
        const swaps = tf.mul(isFull, tf.cast(tf.less(chance!, 0.5), 'float32'));
        const random = tf.minimum(tf.floor(tf.mul(place!, size)), size - 1);
        const at = tf.add(tf.mul(isFull, random), tf.mul(tf.sub(1, isFull), count));
        const here = tf.cast(tf.equal(places, at), 'float32');
        const isStored = tf.maximum(swaps, tf.sub(1, isFull));
        const before = tf.sum<Scalar>(tf.mul(here, held));
        out.push(tf.add(tf.mul(swaps, before), tf.mul(tf.sub(1, swaps), size + i)));
        held = tf.add(held, tf.mul(tf.mul(here, isStored), tf.sub(size + i, held)));
        count = tf.minimum(tf.add(count, 1), size);
      }
      const take = (which: Tensor): Tensor => tf.gather(rows, tf.cast(which, 'int32'));
      state['images']!.assign(tf.reshape(take(held), state['images']!.shape));
      state['count']!.assign(count);
      return tf.reshape(take(tf.stack(out)), of!.shape);
    },
});
