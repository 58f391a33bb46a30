import type { TObject } from 'typebox';
import type { Shape } from '../core/shape.js';
import type { ImageSize } from './dataset.js';
import type { Definition, ParamsOf } from './definition.js';
import { ofKind } from './kind-mark.js';

/** A layer at the lowest level of the language. */
export interface LayerConfig {
  /** Path of names: `encoder/e1/conv`. Variables are named by it, blocks are its prefixes. */
  readonly id: string;
  readonly type: string;
  /** Ids of the layers it reads, or `input`; default: the layer above. */
  readonly from?: string | readonly string[];
  readonly [param: string]: unknown;
}

/** A network as a recipe writes it, one level down or more: `{ type, ...its keys }`. */
export interface NetworkConfig {
  readonly type: string;
  readonly [param: string]: unknown;
}

export interface ExpandContext {
  /** Input of one example: the arguments of a call concatenated on channels; the first where `inputs` names them. */
  readonly input: Shape;
  /** By the name that layers read them by: `input`, or the names of `inputs` in their order. */
  readonly inputs: Readonly<Record<string, Shape>>;
  /** Height and width of the data, where all its sources have one: what a generator of vectors makes by default. */
  readonly image?: ImageSize;
}

/** What the first layer reads where it does not say. */
export const firstInput = (inputs: ExpandContext['inputs']): string => Object.keys(inputs)[0] ?? 'input';

/**
 * A network type. Families are rewritten into blocks, blocks into `layers`, which is the end.
 * Common keys that it must not declare: `type`, `like`, `inference`, `inputs`, `ema`, `weights`.
 */
export interface NetworkDefinition<P extends TObject = TObject> extends Definition<P> {
  /**
   * The same network one level down; absent on `layers` alone.
   * @throws UserError where no such network exists (a patch no depth gives, an input too small for the depth).
   */
  expand?(params: ParamsOf<P>, context: ExpandContext): NetworkConfig;
}

export function defineNetwork<P extends TObject>(definition: NetworkDefinition<P>): NetworkDefinition<P> {
  return ofKind('network', definition);
}
