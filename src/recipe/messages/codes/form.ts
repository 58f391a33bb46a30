import type { Kind } from '../../../registry/index.js';
import { recipeSkeleton } from '../../schema/recipe.js';
import { either, show } from '../../validate/describe.js';
import { NOUNS } from '../nouns.js';
import type { Size } from '../../recipe.js';
import { cut, suggest } from '../suggest.js';
import type { Codes } from './code.js';
import { CHILD } from './example.js';
import { noSuch, noSuchType, unknownType } from './no-such.js';

type Names = readonly string[];

/** Keys that every recipe has and few other files. */
const REQUIRED = recipeSkeleton.required.filter(
  (key) => key !== 'name' && !('default' in recipeSkeleton.properties[key]),
);

const unknownNetwork = noSuch('network', 'Networks', ' in this recipe');

const notInForm = (value: unknown, what: string, examples: Names) => ({
  message: `${show(value)} is not a ${what}.`,
  remedy: `Write it as, for example, ${either(examples)}.`,
});

/** A path where keys stand. */
function asMaps(path: string): string {
  const [first = '', ...rest] = path.split('.');
  const nested = rest.reduceRight((value, key) => `{ ${key}: ${value} }`, '...');
  return `Paths with dots are for --set, phases and ablations; here write ${first}: ${nested}.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Keys and values that a definition does not take. */
export const formCodes = {
  'unknown-key': {
    meaning: 'A map has a key that its type does not know, so nothing would read it.',
    remedy: 'Use the key that you mean; `gan describe` lists the keys of a type.',
    example: { replace: 'beta1', by: 'beta_1' },
    says({ key, of, keys, holders }: { key: string; of: string; keys: Names; holders: Names }) {
      const meant = key.includes('.') ? asMaps(key) : suggest(key, keys, 'Keys');
      const elsewhere = holders.length === 0 ? undefined : `"${key}" is a key of ${cut(holders)}.`;
      const remedy = [meant, elsewhere].filter((text) => text !== undefined).join(' ');
      return { message: `"${key}" is not a key of ${of}.`, remedy: remedy || undefined };
    },
  },
  'no-recipe': {
    meaning: 'A YAML file has none of the keys of a recipe: it was written for something else.',
    remedy:
      'All YAML files in a folder are checked: name only the recipes, by a pattern or a folder of their own.',
    example: { text: 'on: push\njobs: {}\n' },
    says: () => `This is not a recipe: it has none of the keys of one, such as ${REQUIRED.join(', ')}.`,
  },
  'missing-key': {
    meaning: 'A required key is missing.',
    remedy: 'Add it; the message says what it is for.',
    example: { replace: ', to: target', by: '' },
    says: {
      key: (of: string, key: string, purpose: string | undefined) => ({
        message: `${capital(of)} needs "${key}".`,
        remedy: purpose,
      }),
      type: (of: string, kind: Kind, types: Names) => ({
        message: `${capital(of)} needs "type".`,
        remedy: `${NOUNS[kind].many}: ${types.join(', ')}.`,
      }),
      search: (type: string, key: string, example: string) => ({
        message: `A ${type} search needs ${key}.`,
        remedy: `Write ${example}.`,
      }),
      scores: (loss: string, type: string) => ({
        message: `The loss ${loss} (${type}) is given no scores.`,
        remedy: 'Set `real` and `fake` in the update of the discriminator, `fool` in that of the generator.',
      }),
      side: (loss: string, type: string, key: string) => ({
        message: `The loss ${loss} (${type}) compares real scores with fake ones, but is not given "${key}".`,
        remedy:
          'Set `real` and `fake` in the update of the discriminator, `fool` and `real` in that of the generator.',
      }),
    },
  },
  'wrong-type': {
    meaning:
      'A value has the wrong kind: a text instead of a number, a list instead of a map, a number in quotes.',
    remedy: 'Write what the message asks for.',
    example: { replace: 'batch: 2', by: 'batch: "2"' },
    says: {
      value: (name: string, asked: string, value: unknown, remedy: string | undefined) => ({
        message: `${name} must be ${asked}, not ${show(value)}.`,
        remedy,
      }),
      recipe: () => ({
        message: `A recipe is a map of keys: ${Object.keys(recipeSkeleton.properties).join(', ')}.`,
      }),
      extends: () => ({ message: '"extends" must be the name of a file.' }),
    },
  },
  'out-of-range': {
    meaning: 'A number is outside its allowed range.',
    remedy: 'Use a number within the range in the message.',
    example: { replace: 'beta1: 0.5', by: 'beta1: 1.5' },
    says: {
      value: (name: string, asked: string, value: unknown) => ({
        message: `${name} must be ${asked}, not ${show(value)}.`,
      }),
      jitter: (size: Size, jitter: Size) => ({
        message: `A crop of ${size.height}x${size.width} does not fit into ${jitter.height}x${jitter.width}.`,
        remedy: '`jitter` is the size before the crop, larger than `size`: the paper uses 286 for 256.',
      }),
      accumulate: (batch: number, parts: number) => ({
        message: `A batch of ${batch} cannot be split into ${parts} equal parts.`,
        remedy: 'Use a divisor of the batch size.',
      }),
    },
  },
  'too-few': {
    meaning: 'A list or map is empty but needs at least one entry.',
    remedy: 'Add an entry.',
    example: { replace: 'play: [D, G]', by: 'play: []' },
    says: (name: string) => `${name} needs at least one entry.`,
  },
  twice: {
    meaning: 'An item appears twice in a list whose items must differ.',
    remedy: 'Remove one of the two.',
    example: { replace: '[l1]', by: '[l1, l1]' },
    says: {
      entry: (name: string) => `${name} has an entry twice.`,
      metric: (type: string) => `The metric ${type} is listed twice, and both would be called val/${type}.`,
      level: (axis: string, level: string) => `The axis ${axis} has the level ${level} twice.`,
      axis: (name: string) => `The axis ${name} is already in the report.`,
    },
  },
  'bad-name': {
    meaning: 'A name contains a character that is not allowed: names appear in calls, files and metrics.',
    remedy: 'Use a letter, followed by letters, digits and _.',
    example: { replace: 'l1: {', by: 'l-1: {' },
    says: { key: (key: string) => `"${key}" is not a name.`, text: notInForm },
  },
  'bad-duration': {
    meaning: 'A training length or an interval is not written as a duration.',
    remedy: 'Write a number and a unit: 200 epochs, 500 steps.',
    example: { replace: '100 epochs', by: '100' },
    says: { text: notInForm },
  },
  'bad-call': {
    meaning: 'A text should be a call but is not one, or calls something that cannot be called.',
    remedy: 'A call is a name, N(a, b) or N.part(a, b); the arguments are calls.',
    example: { replace: 'fake: G(source)', by: 'fake: G(source' },
    says: {
      syntax: (text: string, reason: string) => `${show(text)} is not a call: ${reason}`,
      network: (name: string) => ({
        message: `"${name}" is a network, but is not called.`,
        remedy: `Call it: ${name}(...).`,
      }),
      at: () => ({
        message: '"at" must name a field or tensor; this is a call.',
        remedy: 'Give the call a name in `tensors`.',
      }),
      text: notInForm,
    },
  },
  'bad-file': {
    meaning: 'A text names neither a file nor a network of a run.',
    remedy: 'Write `./G.safetensors`, or `RUN#NETWORK`.',
    example: { replace: 'filters: 32 }\n  D', by: "filters: 32, weights: '' }\n  D" },
    says: { text: notInForm },
  },
  'unknown-choice': {
    meaning: 'A key that takes one of a few words has a different value.',
    remedy: 'Use one of the choices listed.',
    example: { replace: 'size: 64', by: 'size: 64\n    fit: covr' },
    says(name: string, value: string, choices: Names, others: Names) {
      const listed = suggest(value, choices, 'Choices');
      return {
        message: `"${value}" is not a choice for ${name}.`,
        remedy: others.length === 0 ? listed : `${listed ?? ''} Or ${either(others)}.`,
      };
    },
  },
  'unknown-dataset': unknownType('dataset', 'data set', 'datasets', {
    replace: 'side-by-side',
    by: 'sidebyside',
  }),
  'unknown-network': {
    meaning: 'There is no network type, or no network in the recipe, of this name.',
    remedy: '`gan list networks` lists the types; names are those under `networks`.',
    example: { replace: 'fake: G(source)', by: 'fake: Gen(source)' },
    says: {
      type: noSuchType('network'),
      name: unknownNetwork,
      update(name: string, networks: Names) {
        const { message, remedy = '' } = unknownNetwork(name, networks);
        return {
          message,
          remedy: `An update trains the network of its name, unless \`train\` names others. ${remedy}`,
        };
      },
      value: (name: string, networks: Names) => ({
        message: `"${name}" is a field or tensor; only networks can be called.`,
        remedy: suggest(name, networks, 'Networks'),
      }),
    },
  },
  'unknown-layer': {
    meaning: 'There is no layer of this `type`, or a layer reads one that is not above it.',
    remedy: '`gan list layers` lists the types; `from` names ids above, or `input`.',
    example: {
      replace: '{ type: unet, depth: 6, filters: 32 }',
      by: '{ type: layers, layers: [{ type: conv, filters: 3, from: c2 }, { id: c2, type: tanh }] }',
    },
    says: {
      type: noSuchType('layer'),
      from: (id: string, above: Names) => ({
        message: `It reads "${id}", which is not a layer above it.`,
        remedy: suggest(id, above, 'Available'),
      }),
      output: (id: string, layers: Names) => ({
        message: `An output comes from "${id}", which is not a layer.`,
        remedy: suggest(id, layers, 'Layers'),
      }),
    },
  },
  'unknown-loss': unknownType('loss', 'loss', 'losses', { replace: 'type: l1', by: 'type: l3' }),
  'unknown-optimizer': unknownType('optimizer', 'optimizer', 'optimizers', { replace: 'adam', by: 'adm' }),
  'unknown-schedule': unknownType('schedule', 'schedule', 'schedules', {
    replace: 'beta1: 0.5',
    by: 'beta1: 0.5, schedule: { type: linear }',
  }),
  'unknown-tensor': unknownType('tensor', 'tensor', 'tensors', {
    replace: 'fake: G(source)',
    by: 'fake: G(source)\n    z: { type: nose, size: 8 }',
  }),
  'unknown-metric': {
    meaning: 'There is no metric of this name, or a report asks for one that the base does not measure.',
    remedy: '`gan list metrics` lists them.',
    example: { replace: '[l1]', by: '[sim]' },
    says: {
      type: noSuchType('metric'),
      unmeasured: (name: string, measured: Names) => ({
        message: `"${name}" is not measured by the base recipe.`,
        remedy:
          suggest(name, measured, 'The base evaluates') ??
          'The base evaluates nothing: add `evaluate` to it.',
      }),
    },
  },
  'extends-cycle': {
    meaning: 'A recipe extends itself, directly or through others.',
    remedy: 'Remove `extends` from one of the files.',
    example: { text: CHILD.replace('base', 'mine') },
    says: () => 'This recipe ends up extending itself.',
  },
  'nothing-to-take-out': {
    meaning: '`null` removes an inherited key, but this key is not inherited.',
    remedy: 'Remove it, or name a key that is inherited.',
    example: { text: `${CHILD}train: { sed: null }\n` },
    says: (key: string, inherited: Names) => ({
      message: `There is no "${key}" here for null to remove.`,
      remedy: suggest(key, inherited, 'Inherited'),
    }),
  },
  'unknown-id': {
    meaning: 'A map that changes entries of a list names an entry that the list does not have.',
    remedy: 'Entries are named by `id`, or, without one, by position: e1, e2, ..., d1, ...',
    example: { set: 'train.phases={ long: { for: 5 epochs } }' },
    says: noSuch('entry', 'Entries', ' in this list'),
  },
} satisfies Codes;
