import { describe, expect, test } from 'vitest';
import type { UserError } from '../../../src/core/errors.js';
import { EXAMPLE } from '../../../src/recipe/messages/codes/example.js';
import { parseRecipe } from '../../../src/recipe/node.js';
import { registry } from '../support.js';

/** Codes of what is found in the example recipe after changes, each with the text that it points at. */
async function found(...set: readonly string[]): Promise<readonly string[]> {
  const diagnostics = await parseRecipe(EXAMPLE, { registry, set }).then(
    ({ warnings }) => warnings,
    (error: unknown) => (error as UserError).diagnostics,
  );
  return diagnostics.map(({ code, place, source }) => {
    const { column, length = 1 } = place!;
    return `${code} ${source!.slice(column - 1, column - 1 + length)}`;
  });
}

const BLOCKS = 'networks.G={ type: encoder-decoder, encoder: [{ filters: 4 }, { filters: 4 }], decoder: ';
const PENALTY = (of: string, at: string): string =>
  `game.updates.D.losses.r={ type: r1, of: '${of}', at: '${at}', weight: 1 }`;
const AGAIN = (keys: string): string =>
  `game.updates.E={ train: D, ${keys}losses: { a: { type: bce, real: 'D(source, target)' } } }`;
const E = 'networks.E={ type: unet, depth: 2, output: { channels: 3 }';

describe('what is sound, and what is not', () => {
  test.each<[string[], string[]]>([
    [['data.pairs.augment.jitter=64'], []],
    [['data.pairs.augment.jitter={ height: 65, width: 63 }'], ['out-of-range 65']],
    [['data.pairs.augment.jitter={ height: 63, width: 65 }'], ['out-of-range 63']],
    [['game.tensors.source=G(target)'], ['name-taken source']],
    [['game.tensors.D=G(source)'], ['name-taken D']],
    [['game.tensors.fake-map=G(source)'], ['bad-name fake-map']],
    [['networks.target={ like: D }'], ['name-taken target', 'unused-network target']],
    [['data.b={ type: side-by-side, path: x, fields: { target: left }, size: 64 }'], ['name-taken target']],
    [[`${BLOCKS}[{ filters: 4, skip: e1 }] }`], []],
    [[`${BLOCKS}[{ filters: 4, skip: d2 }, { filters: 4 }] }`], ['unknown-block d2']],
    [[`${BLOCKS}[{ id: e2, filters: 4 }] }`], ['duplicate-id e2']],
    [['game.tensors.z=G(fake)', 'game.outputs.z.from=[fake]'], []],
    [
      ['networks.E={ like: F }', 'networks.F={ like: E }'],
      ['like-cycle E', 'unused-network E', 'unused-network F'],
    ],
    [['networks=[G]'], ['wrong-type networks']],
    [['data.pairs.fields=[left]'], ['wrong-type fields']],
    [['game.tensors=[fake]'], ['wrong-type tensors']],
    [['game.updates=[D]'], ['wrong-type updates']],
    [['data.pairs.splits={ "a/b~c": 5 }'], ['bad-name "a/b~c"', 'wrong-type 5']],
    [['game.outputs.fake.from=[]'], ['insufficient-from from']],
    [['game.outputs.fake.from=[source, sorce]'], ['unknown-name sorce']],
    [['game.outputs.fake.reference=fake'], ['unknown-name fake']],
    [['game.play=[[D, G]]'], []],
    [['game.play=[D, [G, D]]'], ['played-twice D']],
    [['game.play=[D, [G, E]]'], ['unknown-update E']],
    [['game.updates.D.train=[D, E]'], ['unknown-network E']],
    [
      ['game.updates.D=null', 'game.play=[D]', 'game.updates.G.losses.adversarial=null'],
      ['unknown-update D'],
    ],
    [[AGAIN('optimizer: { beta1: 0 }, ')], []],
    [[AGAIN('optimizer: { beta1: 0.5 }, '), 'game.play=[D, E, G]'], []],
    [[AGAIN(''), 'game.play=[[D, E], G]'], []],
    [[AGAIN('optimizer: { beta1: 0 }, '), 'game.play=[D, [G, E]]'], ['optimizers-differ optimizer']],
    [['train.batch=4', 'train.accumulate=2'], []],
    [['train.accumulate=4'], ['out-of-range 4']],
    [['sample={ show: [source, fake] }'], []],
    [['sample={ show: [source, G] }'], ['unknown-name G']],
    [['data.pairs.splits={ train: 0.9, test: 0.1 }', 'evaluate.split=test'], []],
    [['data.pairs.splits={ train: 0.9, test: 0.1 }', 'evaluate.split=val'], ['unknown-split val']],
    [['data.pairs.splits={ train: 0.9, val: 0.1 }', 'sample={ split: test }'], ['unknown-split test']],
    [['evaluate.metrics=[diversity]', 'game.outputs.fake.reference=null'], []],
    [['evaluate.metrics=[diversity, l1]', 'game.outputs.fake.reference=null'], ['no-reference evaluate']],
    [['evaluate.metrics=[psnr, l1, psnr]'], ['twice psnr']],
    [['evaluate.metrics=[pixel-accuracy]', 'data.pairs.fields.target.palette=auto'], []],
    [
      ['evaluate.metrics=[pixel-accuracy]', 'data.pairs.fields.source.palette=auto'],
      ['needs-palette pixel-accuracy'],
    ],
    [['game.updates.G.losses.adversarial.type=relativistic'], ['missing-key adversarial']],
    [['game.updates.G.losses.adversarial={ type: relativistic, real: "D(source, target)" }'], []],
    [['game.updates.D.losses.adversarial={ type: relativistic, fake: null }'], ['missing-key adversarial']],
    [['game.updates.D.losses.adversarial={ type: relativistic, real: null }'], ['missing-key adversarial']],
    [['game.updates.G.losses.adversarial.fool=fake'], ['fools-itself fake']],
    [['game.updates.D.losses.adversarial.fool=fake'], []],
    [['game.updates.D.losses.adversarial.real=source'], ['no-scores source']],
    [['game.updates.D.losses.adversarial.fool=D(fake, source)'], ['fools-itself D(fake, source)']],
    [['game.updates.G.losses.adversarial.fake=D(fake, source)'], ['untaught-judge D(fake, source)']],
    [['game.updates.G.losses.adversarial.real=D(fake, target)'], ['untaught-judge D(fake, target)']],
    [[PENALTY('D(source, target)', 'target')], []],
    [[PENALTY('D(source, fake)', 'source')], []],
    [[PENALTY('D(source, target)', 'fake')], ["no-slope 'fake'"]],
    [[PENALTY('source', 'source')], ["no-slope 'source'"]],
    [[PENALTY('D(source, fake)', 'G(source)')], ["bad-call 'G(source)'"]],
    [['game.updates.G.losses.adversarial.weight=0', 'game.updates.G.losses.l1.of=source'], ['untrained G']],
    [['game.updates.D.train=[D, G]', 'game.play=[[D, G]]'], []],
    [['game.updates.D.train=[D, G]', 'game.play=[G, D]'], ['stale-tensor D(source, fake)']],
    [['game.tensors.v=D(source, fake)', 'game.updates.G.losses.adversarial.fool=v'], []],
    [
      ['game.tensors.v=D(source, fake)', 'game.updates.G.losses.adversarial.fool=v', 'train.accumulate=2'],
      ['stale-tensor v'],
    ],
    [
      [
        'game.tensors.v=D(source, fake)',
        'game.updates.G.losses.adversarial.fool=v',
        'train.accumulate=2',
        'game.play=[G, D]',
      ],
      [],
    ],
    [['game.play=[G]', 'game.updates.G.losses.adversarial=null'], ['unused-network D']],
    [['game.tensors.fake=G(E(source))', `${E} }`], ['untrained E']],
    [['game.tensors.fake=G(E(source))', `${E}, weights: ./e.safetensors }`], []],
    [['game.tensors.made=E(source)', `${E}, weights: ./e.safetensors }`], ['unused-network E']],
    [['game.tensors.made=E(source)', `${E}, weights: ./e.safetensors }`, 'game.outputs.made={}'], []],
  ])('%j', async (set, expected) => {
    expect([...(await found(...set))].sort()).toEqual(expected.sort());
  });

  test.each<[string, string[]]>([
    ['game.updates.G.losses.l1.weight: 1, optimizer.learning_rate: 1e-5', []],
    ['networks.G.inference.dropout: true, game: { play: [[D, G]] }', []],
    ['data.pairs.size: 32, data.pairs.augment.flip: horizontal', []],
    ['data.pairs: { size: 32, augment: { flip: horizontal } }', []],
    ['train.batch: 4, train.accumulate: 2', []],
    ['train: { batch: 4, seed: 2 }', ['unchangeable seed']],
    ['data.pairs: { path: x, size: 32, fit: crop }', ['unchangeable fit', 'unchangeable path']],
    ['data.pairs: {}', ['unchangeable pairs']],
    ['"data.pairs.fields.source": right', ['unchangeable source']],
    ['name: x', ['unchangeable name']],
    ['sample: { count: 1 }', ['unchangeable count']],
    ['evaluate.every: 1 epoch, checkpoint.keep: 1', ['unchangeable every', 'unchangeable keep']],
    ['train.for: 2 epochs', ['unchangeable for']],
  ])('a phase may change some of a recipe: %s', async (change, expected) => {
    const set = `train.phases=[{ for: 1 epoch, change: { ${change} } }]`;
    expect([...(await found(set))].sort()).toEqual(expected);
  });

  test.each(['train', 'val', 'test', 'learning_rate', 'health', 'system'])(
    'no update is called %s, which begins names of metrics',
    async (name) => {
      expect(await found(AGAIN('').replace('.E=', `.${name}=`))).toEqual([`name-taken ${name}`]);
    },
  );

  test.each([
    ['G', '{ type: relativistic }', 'real'],
    ['D', '{ type: relativistic, fake: null }', 'fake'],
    ['D', '{ type: relativistic, real: null }', 'real'],
  ])('a comparison in %s of %s says which side it lacks', async (update, loss, side) => {
    const set = [`game.updates.${update}.losses.adversarial=${loss}`];
    await expect(parseRecipe(EXAMPLE, { registry, set })).rejects.toMatchObject({
      diagnostics: [{ message: expect.stringContaining(`is not given "${side}"`) as unknown }],
    });
  });
});
