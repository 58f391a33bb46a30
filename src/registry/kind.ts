/** What can be declared, in the order of a recipe. A kind's folder is its plural. */
export const KINDS = [
  'dataset',
  'network',
  'layer',
  'initialiser',
  'tensor',
  'loss',
  'optimizer',
  'schedule',
  'metric',
] as const;

export type Kind = (typeof KINDS)[number];
