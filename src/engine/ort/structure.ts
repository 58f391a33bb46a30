/** Names of the operations that graph analysis must know apart from how they are lowered. */

export const ADAM = 'Adam';
/** Picks one of the three results of an Adam node. */
export const ADAM_OUTPUT = 'AdamOutput';
export const CONV = 'Conv2D';
export const CONV_INPUT_GRADIENT = 'Conv2DBackpropInput';

/** Operations whose second input is a convolution filter, which onnxruntime wants as OIHW. */
export const FILTER_USERS: ReadonlySet<string> = new Set([CONV, CONV_INPUT_GRADIENT]);
