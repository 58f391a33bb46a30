import { globSync } from 'tinyglobby';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registry } from '../recipe/support.js';
import { CURSOR, Editor, type Problem } from './support.js';

/** What an editor with the YAML language server (VS Code's YAML extension, and most others) makes of the schemas. */
let editor: Editor;
beforeAll(async () => {
  editor = await Editor.start();
});
afterAll(() => {
  editor.close();
});

const REFERENCE = 'recipes/pix2pix-maps.yaml';
/** Without its comments: the server completes nothing in front of one. */
const reference = readFileSync(REFERENCE, 'utf8').replace(/(?<=.) +#.*$/gm, '');
const complete = (replace: string, by: string) =>
  editor.complete('recipes/mine.yaml', changed(reference, replace, by));
const hover = (replace: string, by: string) =>
  editor.hover('recipes/mine.yaml', changed(reference, replace, by));

function changed(text: string, replace: string, by: string): string {
  if (!text.includes(replace)) throw new Error(`"${replace}" is not in the text.`);
  return text.replace(replace, () => by);
}

const shown = ({ range, message }: Problem): string => `${range.start.line + 1}: ${message}`;

const MODELINE = '# yaml-language-server: $schema=';
const files = globSync('recipes/**/*.yaml');

test.each(files)('%s names its schema and has no false errors', async (file) => {
  const text = readFileSync(file, 'utf8');
  expect(text.startsWith(MODELINE)).toBe(true);
  expect((await editor.open(file, text)).problems.map(shown)).toEqual([]);
});

describe('completion', () => {
  test.each([
    ['losses', 'type: bce', `type: ${CURSOR}`, registry.types('loss')],
    ['networks', 'type: patchgan', `type: ${CURSOR}`, registry.types('network')],
    ['data sets', 'type: side-by-side', `type: ${CURSOR}`, registry.types('dataset')],
    ['metrics', '[l1, psnr', `[${CURSOR}, psnr`, registry.types('metric')],
    ['optimizers', 'type: adam', `type: ${CURSOR}`, registry.types('optimizer')],
    [
      'schedules',
      'optimizer: { type: adam, learning_rate: 2e-4, beta1: 0.5 }',
      `optimizer:\n  type: adam\n  learning_rate: 2e-4\n  schedule:\n    type: ${CURSOR}`,
      registry.types('schedule'),
    ],
    [
      'layers',
      '    type: patchgan\n    patch: 70\n    filters: 64',
      `    type: layers\n    layers:\n      - type: ${CURSOR}`,
      registry.types('layer'),
    ],
    [
      'tensors',
      '    fake: G(source)',
      `    fake: G(source)\n    z:\n      type: ${CURSOR}`,
      registry.types('tensor'),
    ],
    [
      'initialisers',
      'patch: 70',
      `patch: 70\n    init:\n      type: ${CURSOR}`,
      registry.types('initialiser'),
    ],
    ['norms', 'norm: batch', `norm: ${CURSOR}`, ['batch', 'instance', 'none']],
  ])('lists and explains %s', async (_, replace, by, choices) => {
    const offered = await complete(replace, by);
    for (const choice of choices) expect(offered.get(choice) ?? `${choice} is not offered`).toMatch(/^[A-Z]/);
  });

  test('lists and explains the keys that are not there yet', async () => {
    const offered = await complete('          type: bce\n', `          type: bce\n          ${CURSOR}\n`);
    expect(offered.get('every')).toContain('steps divisible');
    expect([...offered.keys()]).not.toContain('of');
    expect([...offered.keys()]).not.toContain('real');
  });

  test('works in a recipe that extends another', async () => {
    const child = `${MODELINE}../schemas/recipe.schema.json
extends: ./pix2pix-maps.yaml
game:
  updates:
    G:
      losses:
        adversarial:
          type: ${CURSOR}
`;
    const offered = await editor.complete('recipes/child.yaml', child);
    expect([...offered.keys()]).toEqual(expect.arrayContaining([...registry.types('loss')]));
  });
});

describe('hovering over', () => {
  test.each([
    ['game:', `ga${CURSOR}me:`, ['The game: tensors, and updates of networks']],
    ['fake: G(source)', `fa${CURSOR}ke: G(source)`, ['A call.', 'Example:']],
    ['updates:', `upd${CURSOR}ates:`, ['The moves of the game.']],
    ['losses:', `los${CURSOR}ses:`, ['What is minimised']],
    ['weight: 100', `wei${CURSOR}ght: 100`, ['Factor in the total', 'Default: 1']],
    ['beta1', `be${CURSOR}ta1`, ['running mean', 'Default: 0.9']],
    ['patch: 70', `pa${CURSOR}tch: 70`, ['Side in pixels', 'Default: 70']],
    ['{ id: e2, filters: 128 }', `{ id: e2, fil${CURSOR}ters: 128 }`, ['Output channels']],
    ['skip: e7', `sk${CURSOR}ip: e7`, ['Id of the encoder block']],
    ['jitter: 286', `jit${CURSOR}ter: 286`, ['cropped back']],
    ['palette: auto', `pal${CURSOR}ette: auto`, ['flat colours', 'Example:', 'auto']],
    ['200 epochs', `200${CURSOR} epochs`, ['A step is one batch', 'Example:', '500 steps']],
    ['keep: 3', `ke${CURSOR}ep: 3`, ['newest are kept', 'Default: 3']],
  ])('%s explains the key, with its default and examples where it has some', async (replace, by, texts) => {
    const shows = await hover(replace, by);
    for (const text of texts) expect(shows).toContain(text);
  });

  test.each([
    ['type: bce', `type: b${CURSOR}ce`, 'loss', ['hinge', 'wgan']],
    ['type: patchgan', `type: patch${CURSOR}gan`, 'network', ['unet', 'stylegan2-synthesis']],
    ['type: side-by-side', `ty${CURSOR}pe: side-by-side`, 'dataset', ['images', 'synthetic-maps']],
    ['type: adam', `type: ad${CURSOR}am`, 'optimizer', ['rmsprop', 'sgd']],
    ['psnr', `ps${CURSOR}nr`, 'metric', ['fid', 'ssim']],
  ] as const)('%s lists the choices, each with what it is', async (replace, by, kind, others) => {
    const shows = await hover(replace, by);
    for (const type of others) expect(shows).toContain(`* \`${type}\`: ${registry.get(kind, type).summary}`);
  });

  test('a choice by its short name lists the others, each with what it is', async () => {
    const shows = await hover('norm: batch', `norm: bat${CURSOR}ch`);
    expect(shows).toContain('* `batch`: Batch normalisation: per channel, over the batch and all pixels.');
    expect(shows).toContain(
      '* `group`: Group normalisation: per image and group of channels, over all pixels.',
    );
  });
});

test.each([
  ['the recipe', 'train: {', 'nonsense: 1\ntrain: {'],
  ['a source', '    size: 256', '    nonsense: 1\n    size: 256'],
  ['a field', 'palette: auto', 'nonsense: auto'],
  ['augmentation', 'jitter: 286', 'nonsense: 286'],
  ['a network', '    patch: 70', '    nonsense: 70'],
  ['a block', '{ id: e2, filters: 128 }', '{ id: e2, filters: 128, nonsense: 1 }'],
  ['an output of a network', 'output: { channels: 3', 'output: { nonsense: 3'],
  ['inference', 'inference: { dropout', 'inference: { nonsense: 1, dropout'],
  ['the game', '  tensors:', '  nonsense: 1\n  tensors:'],
  ['a tensor', 'fake: G(source)', 'fake: G(source)\n    z: { type: noise, size: 1, nonsense: 1 }'],
  [
    'the optimizer of an update',
    '    D:\n      losses:',
    '    D:\n      optimizer: { learning_rate: 4e-4, nonsense: 1 }\n      losses:',
  ],
  ['an update', '    D:\n      losses:', '    D:\n      nonsense: 1\n      losses:'],
  ['a loss', 'to: target, weight', 'to: target, nonsense: 1, weight'],
  ['an output', 'reference: target }', 'reference: target, nonsense: 1 }'],
  ['the optimizer', 'beta1: 0.5', 'nonsense: 0.5'],
  ['a schedule', 'beta1: 0.5', 'schedule: { type: cosine, nonsense: 1 }'],
  ['training', 'seed: 1 }', 'nonsense: 1 }'],
  ['samples', 'count: 4', 'nonsense: 4'],
  ['evaluation', 'evaluate: {', 'evaluate: { nonsense: 1,'],
  ['a metric', 'psnr,', '{ type: psnr, nonsense: 1 },'],
  ['checkpoints', 'keep: 3', 'nonsense: 3'],
])('an unknown key of %s is flagged, and nothing else', async (_, replace, by) => {
  const text = changed(reference, replace, by);
  const { problems } = await editor.open('recipes/mine.yaml', text);
  expect(problems.map(({ message }) => message)).toEqual(['Property nonsense is not allowed.']);
  expect(text.split('\n')[problems[0]!.range.start.line]).toContain('nonsense');
});

test.each([
  ['beta1', 'beta_1', /Property beta_1 is not allowed/],
  ['seed: 1 }', 'seeds: 1 }', /Property seeds is not allowed/],
  ['type: bce', 'type: bcee', /not accepted.*"bce", .*"wgan"/],
  ['batch: 1,', 'batch: 0,', /minimum of 1/],
  ['200 epochs', '200', /pattern|type/],
])('%s -> %s is flagged at its place', async (replace, by, message) => {
  const text = changed(reference, replace, by);
  const { problems } = await editor.open('recipes/mine.yaml', text);
  expect(problems.map(shown).join('\n')).toMatch(message);
  const line = text.split('\n').findIndex((each) => each.includes(by));
  expect(problems.map(({ range }) => range.start.line)).toEqual([line]);
});

test('the example of the settings page is sound, and a wrong setting is not', async () => {
  const page = readFileSync('docs/settings.md', 'utf8');
  const example = /```yaml\n([^]*?)```/.exec(page)![1]!;
  const text = `${MODELINE}./schemas/settings.schema.json\n${example}`;
  expect((await editor.open('.ganrc.yaml', text)).problems.map(shown)).toEqual([]);
  const { problems } = await editor.open('.ganrc.yaml', `${text}threds: 4\n`);
  expect(problems.map(shown)).toEqual([expect.stringContaining('threds')]);
  const offered = await editor.complete('.ganrc.yaml', `${text}${CURSOR}\n`);
  expect(offered.get('threads')).toContain('all cores');
});
