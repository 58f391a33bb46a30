import type { Codes } from './code.js';
import { CHILD } from './example.js';

/** Keys and values that a definition does not take. */
export const formCodes = {
  'unknown-key': {
    meaning: 'A map has a key that its type does not know; nothing would read it.',
    remedy: 'Take the one that was meant; `gan describe` lists a type’s keys.',
    example: { replace: 'beta1', by: 'beta_1' },
  },
  'no-recipe': {
    meaning: 'A YAML file has none of the keys of a recipe: it was written for something else.',
    remedy: 'Name the recipes, by a pattern or a folder of their own.',
    example: { text: 'on: push\njobs: {}\n' },
  },
  'missing-key': {
    meaning: 'A key that must be written is not there.',
    remedy: 'Write it; the message says what it is for.',
    example: { replace: ', to: target', by: '' },
  },
  'wrong-type': {
    meaning: 'A value is of another kind: a text for a number, a list for a map, a number in quotes.',
    remedy: 'Write what the message asks for.',
    example: { replace: 'batch: 2', by: 'batch: "2"' },
  },
  'out-of-range': {
    meaning: 'A number is below or above what makes sense for it.',
    remedy: 'Take one of the range that the message gives.',
    example: { replace: 'beta1: 0.5', by: 'beta1: 1.5' },
  },
  'too-few': {
    meaning: 'A list or a map is empty, and needs an entry.',
    remedy: 'Give it one.',
    example: { replace: 'play: [D, G]', by: 'play: []' },
  },
  twice: {
    meaning: 'One thing stands twice in a list of different ones.',
    remedy: 'Take one of the two away.',
    example: { replace: '[l1]', by: '[l1, l1]' },
  },
  'bad-name': {
    meaning: 'A name has a letter that names do not have: they end up in calls, in files and in metrics.',
    remedy: 'A letter, then letters, digits and _.',
    example: { replace: 'l1: {', by: 'l-1: {' },
  },
  'bad-duration': {
    meaning: 'A length of training or an interval is not written as one.',
    remedy: 'A number and its unit: 200 epochs, 500 steps.',
    example: { replace: '100 epochs', by: '100' },
  },
  'bad-call': {
    meaning: 'A text that should be a call is none, or calls what cannot be called.',
    remedy: 'A call is a name, N(a, b) or N.part(a, b); the arguments are calls.',
    example: { replace: 'fake: G(source)', by: 'fake: G(source' },
  },
  'bad-file': {
    meaning: 'A text names neither a file nor a network of a run.',
    remedy: 'Write `./G.safetensors`, or `RUN#NETWORK`.',
    example: { replace: 'filters: 32 }\n  D', by: "filters: 32, weights: '' }\n  D" },
  },
  'unknown-choice': {
    meaning: 'A key that takes one of a few words has another.',
    remedy: 'Take one of the choices that are listed.',
    example: { replace: 'size: 64', by: 'size: 64\n    fit: covr' },
  },
  'unknown-dataset': {
    meaning: 'The `type` of a source is no data set.',
    remedy: '`gan list datasets` lists them.',
    example: { replace: 'side-by-side', by: 'sidebyside' },
  },
  'unknown-network': {
    meaning: 'A `type` is no network type, or a name no network of the recipe.',
    remedy: '`gan list networks` lists the types; names are those under `networks`.',
    example: { replace: 'fake: G(source)', by: 'fake: Gen(source)' },
  },
  'unknown-layer': {
    meaning: 'A `type` is no layer, or a layer reads one that does not stand above it.',
    remedy: '`gan list layers` lists the types; `from` names ids above, or `input`.',
    example: {
      replace: '{ type: unet, depth: 6, filters: 32 }',
      by: '{ type: layers, layers: [{ type: conv, filters: 3, from: c2 }, { id: c2, type: tanh }] }',
    },
  },
  'unknown-loss': {
    meaning: 'The `type` of a loss is none.',
    remedy: '`gan list losses` lists them.',
    example: { replace: 'type: l1', by: 'type: l3' },
  },
  'unknown-optimizer': {
    meaning: 'The `type` of an optimizer is none.',
    remedy: '`gan list optimizers` lists them.',
    example: { replace: 'adam', by: 'adm' },
  },
  'unknown-schedule': {
    meaning: 'The `type` of a schedule is none.',
    remedy: '`gan list schedules` lists them.',
    example: { replace: 'beta1: 0.5', by: 'beta1: 0.5, schedule: { type: linear }' },
  },
  'unknown-tensor': {
    meaning: 'The `type` of a tensor is none.',
    remedy: '`gan list tensors` lists them.',
    example: { replace: 'fake: G(source)', by: 'fake: G(source)\n    z: { type: nose, size: 8 }' },
  },
  'unknown-metric': {
    meaning: 'A metric is none, or a report asks for one that the base does not measure.',
    remedy: '`gan list metrics` lists them.',
    example: { replace: '[l1]', by: '[sim]' },
  },
  'extends-cycle': {
    meaning: 'A recipe extends itself in the end.',
    remedy: 'Let one of the files stand by itself.',
    example: { text: CHILD.replace('base', 'mine') },
  },
  'nothing-to-take-out': {
    meaning: '`null` takes out a key that is not inherited.',
    remedy: 'Take the key away, or name one that is there.',
    example: { text: `${CHILD}train: { sed: null }\n` },
  },
  'unknown-id': {
    meaning: 'A map laid on a list names an entry that the list does not have.',
    remedy: 'Entries go by their `id`; without one by position: e1, e2, ..., d1, ...',
    example: { set: 'train.phases={ long: { for: 5 epochs } }' },
  },
} satisfies Codes;
