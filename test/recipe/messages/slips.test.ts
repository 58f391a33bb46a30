import { describe, expect, test } from 'vitest';
import { recipeSchema } from '../../../src/recipe/schema/publish.js';
import { trainSchema } from '../../../src/recipe/schema/train.js';
import { SYNONYMS } from '../../../src/recipe/messages/synonyms.js';
import { findings, reference, REFERENCE, registry } from '../support.js';

// Slips that people make, each said once, where it is, with what was meant.

const EXTENDING = 'extends: ./pix2pix-maps.yaml\nname: mine\n';

const KEYS_OF_TRAIN = `Keys: ${Object.keys(trainSchema.properties).sort().join(', ')}.`;

describe('a slip', () => {
  test.each([
    ['a key in the singular', REFERENCE.replace('losses:', 'loss:')],
    ['a key that is abbreviated', reference('learning_rate', 'lr')],
    ['a key that says more', reference('batch: 1', 'batch_size: 1')],
    ['what others call it', reference('for: 200 epochs', 'epochs: 200')],
    ['what papers call it', reference('weight: 100', 'lambda: 100')],
    ['what another program calls it', reference('type: l1', 'type: mae')],
    ['a file for something else', 'on: push\njobs: {}\nname: CI\n'],
    ['a name that every object has', reference('    fake: G(source)', '    constructor: G(source)')],
    ['nearly a recipe', 'networ: {}\nname: mine\n'],
    ['two letters that changed places', reference('psnr', 'pnsr')],
    ['a quote that is not closed', reference('fool: D(source, fake)', 'fool: "D(source, fake)')],
    ['a quote that is not closed, in a list', reference('[l1, psnr', "[l1, 'psnr")],
    ['a number in quotes where a word may stand', reference('patch: 70', 'patch: "70"')],
    ['a tab, and lines behind it', reference('    type: patchgan', '\ttype: patchgan')],
    ['no space behind a colon', reference('size: 256', 'size:256')],
    [
      'a section that stands twice',
      reference('  play: [D', '  tensors: { z: { type: noise, size: 3 }, both: "G(z)" }\n  play: [D'),
    ],
    ['a list where names stand', reference('    fake: { from: source, reference: target }', '    - fake')],
    ['a type without its map', reference('beta1: 0.5', 'beta1: 0.5, schedule: linear-decay')],
    ['a path with dots as a key', `${EXTENDING}train.batch: 4\n`],
    ['a base without its ending', 'extends: ./pix2pix-maps\nname: mine\n'],
    ['a base whose folder is not there', 'extends: ./nowhere/pix2pix-maps.yaml\nname: mine\n'],
    [
      'a penalty of the point itself',
      reference(
        '          weight: 0.5',
        '          weight: 0.5\n        r1: { type: r1, of: target, at: target, weight: 1 }',
      ),
    ],
  ])('%s', async (_, text) => {
    expect(text).not.toBe(REFERENCE);
    expect((await findings(text)).replace(KEYS_OF_TRAIN, 'Keys: (all of train).')).toMatchSnapshot();
  });
});

test('every synonym stands for a key or a choice of the language', () => {
  const schema = JSON.stringify(recipeSchema(registry));
  for (const [word, others] of SYNONYMS) {
    expect(schema).toContain(`"${word}"`);
    expect(others.length).toBeGreaterThan(0);
  }
});
