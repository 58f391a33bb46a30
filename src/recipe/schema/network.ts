import { type TProperties, Type } from 'typebox';

/** Keys of every network. `like` is looked up before this is checked. */
export const networkKeys: TProperties = {
  inference: Type.Object(
    {
      dropout: Type.Boolean({
        default: false,
        description: 'Dropout acts in outputs too: their only noise in pix2pix.',
      }),
      batch_statistics: Type.Boolean({
        default: false,
        description: 'Batch norm uses the statistics of the one example, not running ones.',
      }),
    },
    {
      additionalProperties: false,
      default: {},
      description: 'What stays as in training when outputs are made.',
    },
  ),
};
