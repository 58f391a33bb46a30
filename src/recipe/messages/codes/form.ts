import type { Codes } from './code.js';
import { CHILD } from './example.js';

/** Keys and values that a definition does not take. */
export const formCodes = {
  'unknown-key': {
    meaning: 'A map has a key that its type does not know, so nothing would read it.',
    remedy: 'Use the key that you mean; `gan describe` lists the keys of a type.',
    example: { replace: 'beta1', by: 'beta_1' },
  },
  'no-recipe': {
    meaning: 'A YAML file has none of the keys of a recipe: it was written for something else.',
    remedy: 'Name only the recipes, by a pattern or a folder of their own.',
    example: { text: 'on: push\njobs: {}\n' },
  },
  'missing-key': {
    meaning: 'A required key is missing.',
    remedy: 'Add it; the message says what it is for.',
    example: { replace: ', to: target', by: '' },
  },
  'wrong-type': {
    meaning:
      'A value has the wrong kind: a text instead of a number, a list instead of a map, a number in quotes.',
    remedy: 'Write what the message asks for.',
    example: { replace: 'batch: 2', by: 'batch: "2"' },
  },
  'out-of-range': {
    meaning: 'A number is outside its allowed range.',
    remedy: 'Use a number within the range in the message.',
    example: { replace: 'beta1: 0.5', by: 'beta1: 1.5' },
  },
  'too-few': {
    meaning: 'A list or map is empty but needs at least one entry.',
    remedy: 'Add an entry.',
    example: { replace: 'play: [D, G]', by: 'play: []' },
  },
  twice: {
    meaning: 'An item appears twice in a list whose items must differ.',
    remedy: 'Remove one of the two.',
    example: { replace: '[l1]', by: '[l1, l1]' },
  },
  'bad-name': {
    meaning: 'A name contains a character that is not allowed: names appear in calls, files and metrics.',
    remedy: 'Use a letter, followed by letters, digits and _.',
    example: { replace: 'l1: {', by: 'l-1: {' },
  },
  'bad-duration': {
    meaning: 'A training length or an interval is not written as a duration.',
    remedy: 'Write a number and a unit: 200 epochs, 500 steps.',
    example: { replace: '100 epochs', by: '100' },
  },
  'bad-call': {
    meaning: 'A text should be a call but is not one, or calls something that cannot be called.',
    remedy: 'A call is a name, N(a, b) or N.part(a, b); the arguments are calls.',
    example: { replace: 'fake: G(source)', by: 'fake: G(source' },
  },
  'bad-file': {
    meaning: 'A text names neither a file nor a network of a run.',
    remedy: 'Write `./G.safetensors`, or `RUN#NETWORK`.',
    example: { replace: 'filters: 32 }\n  D', by: "filters: 32, weights: '' }\n  D" },
  },
  'unknown-choice': {
    meaning: 'A key that takes one of a few words has a different value.',
    remedy: 'Use one of the choices listed.',
    example: { replace: 'size: 64', by: 'size: 64\n    fit: covr' },
  },
  'unknown-dataset': {
    meaning: 'There is no data set of this `type`.',
    remedy: '`gan list datasets` lists them.',
    example: { replace: 'side-by-side', by: 'sidebyside' },
  },
  'unknown-network': {
    meaning: 'There is no network type, or no network in the recipe, of this name.',
    remedy: '`gan list networks` lists the types; names are those under `networks`.',
    example: { replace: 'fake: G(source)', by: 'fake: Gen(source)' },
  },
  'unknown-layer': {
    meaning: 'There is no layer of this `type`, or a layer reads one that is not above it.',
    remedy: '`gan list layers` lists the types; `from` names ids above, or `input`.',
    example: {
      replace: '{ type: unet, depth: 6, filters: 32 }',
      by: '{ type: layers, layers: [{ type: conv, filters: 3, from: c2 }, { id: c2, type: tanh }] }',
    },
  },
  'unknown-loss': {
    meaning: 'There is no loss of this `type`.',
    remedy: '`gan list losses` lists them.',
    example: { replace: 'type: l1', by: 'type: l3' },
  },
  'unknown-optimizer': {
    meaning: 'There is no optimizer of this `type`.',
    remedy: '`gan list optimizers` lists them.',
    example: { replace: 'adam', by: 'adm' },
  },
  'unknown-schedule': {
    meaning: 'There is no schedule of this `type`.',
    remedy: '`gan list schedules` lists them.',
    example: { replace: 'beta1: 0.5', by: 'beta1: 0.5, schedule: { type: linear }' },
  },
  'unknown-tensor': {
    meaning: 'There is no tensor of this `type`.',
    remedy: '`gan list tensors` lists them.',
    example: { replace: 'fake: G(source)', by: 'fake: G(source)\n    z: { type: nose, size: 8 }' },
  },
  'unknown-metric': {
    meaning: 'There is no metric of this name, or a report asks for one that the base does not measure.',
    remedy: '`gan list metrics` lists them.',
    example: { replace: '[l1]', by: '[sim]' },
  },
  'extends-cycle': {
    meaning: 'A recipe extends itself, directly or through others.',
    remedy: 'Remove `extends` from one of the files.',
    example: { text: CHILD.replace('base', 'mine') },
  },
  'nothing-to-take-out': {
    meaning: '`null` removes an inherited key, but this key is not inherited.',
    remedy: 'Remove it, or name a key that is inherited.',
    example: { text: `${CHILD}train: { sed: null }\n` },
  },
  'unknown-id': {
    meaning: 'A map that changes entries of a list names an entry that the list does not have.',
    remedy: 'Entries are named by `id`, or, without one, by position: e1, e2, ..., d1, ...',
    example: { set: 'train.phases={ long: { for: 5 epochs } }' },
  },
} satisfies Codes;
