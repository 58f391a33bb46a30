import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { planParts } from '../../src/plan/plan.js';
import { WARNINGS, warningsOf } from '../../src/plan/warnings/index.js';
import { parse, registry } from '../recipe/support.js';
import { TINY_RECIPE } from '../support/plan.js';
import { pointed } from './support.js';

const SECTIONS = ['game', 'train', 'sample', 'phases'] as const;

/** What is doubtful in a recipe that is sound: code, the stretch of text that it points at, message and remedy. */
async function warningsIn(set: readonly string[], text = TINY_RECIPE) {
  const { phases } = await parse(text, { set });
  const planned = phases.map(({ recipe, locate }) => ({ plan: planParts(recipe, registry, locate).parts }));
  const found = warningsOf(planned, phases, registry).map((warning) => {
    const { line, file } = warning.place!;
    const at = file === '--set' ? 'set' : line;
    return { code: warning.code, text: `${at}: ${pointed(warning)} | ${warning.remedy!}` };
  });
  const besides = SECTIONS.filter((section) => {
    const slipped = phases.map((phase) => ({ ...phase, broken: new Set([section]) }));
    return warningsOf(planned, slipped, registry).length === 0;
  });
  return { found, codes: found.map(({ code }) => code).join(' '), silencedBy: besides.join(' ') };
}

const D = 'game.updates.D.losses.adversarial';
const G = 'game.updates.G.losses';
const CRITIC = [`${D}.type=wgan`, `${G}.adversarial.type=wgan`];
const MIXED = 'game.tensors.mixed={ type: interpolate, of: target, to: fake }';
const PENALTY = `game.updates.D.losses.gp={ type: gradient-penalty, of: "D(source, mixed)", at: mixed, weight: 10 }`;
const PENALISED = [...CRITIC, MIXED, PENALTY];
const SIGMOID = 'networks.D.output={ activation: sigmoid }';
const OPPONENT = `${G}.adversarial`;
const SMALL = ['data.pairs.augment.jitter=null', 'train.batch=1'];
/** Images of which the bottleneck leaves an eighth of the rows and columns. */
const bottleneck = (norm: string, height = 8, width = 8) => [
  `data.pairs.size={ height: ${height}, width: ${width} }`,
  `networks.G.encoder.bottleneck.norm=${norm}`,
];
const ZEROED = [...SMALL, ...bottleneck('batch')];
const more = (keys: string) => `game.updates.D.losses.more={ ${keys} }`;
const FAKE = 'fake: "D(source, fake)"';
const ending = (activation: string) => `networks.G.output={ channels: 3, activation: ${activation} }`;
const ONE_CHANNEL = ['networks.G.output={ channels: 1, activation: sigmoid }'];
const LAYER_NORM = 'networks.D.norm=layer';
const ALONE = ['game.play=[G]', 'networks.D.weights=./d'];
const target = (as: string) => `data.pairs.fields.target={ from: right, as: ${as} }`;
const AGAIN = 'game.tensors.again=G(fake)';
const PARTS = [
  'networks.D={ type: layers, layers: [{ id: a, type: conv, filters: 1 }, { id: b, type: conv, filters: 1 }], outputs: { score: a, kind: b } }',
  `${D}={ real: "D.score(source, target)", fake: "D.score(source, fake)" }`,
  `${OPPONENT}.fool=D.score(source, fake)`,
];

test('nothing is doubtful in what is usual', async () => {
  expect((await warningsIn([])).found).toEqual([]);
});

test('the folder’s warnings are all in the list', () => {
  const files = readdirSync('src/plan/warnings').filter(
    (f) => !['index.ts', 'scores.ts', 'warning.ts'].includes(f),
  );
  expect(WARNINGS).toHaveLength(files.length);
});

/** A case of each warning, and the sections in which a slip silences it. */
const CASES: readonly [code: string, silencedBy: string, set: readonly string[]][] = [
  ['weightless-loss', 'phases', [`${G}.l1.weight=0`]],
  ['bounded-scores', '', [SIGMOID, `${D}.type=hinge`, `${OPPONENT}.type=hinge`]],
  ['high-momentum', '', ['optimizer.beta1=0.9']],
  ['signal-zeroed', 'train', ZEROED],
  ['steep-critic', 'game phases', CRITIC],
  ['norm-under-penalty', 'train', PENALISED],
  ['one-sided', 'game phases', [`${D}.fake=null`]],
  ['mixed-losses', 'game', [`${OPPONENT}.type=lsgan`]],
  ['output-range', '', [ending('sigmoid')]],
  ['same-operands', '', [`${D}.real=D(source,fake)`, `${G}.l1.to=fake`]],
  ['idle-network', 'game phases', [`${OPPONENT}=null`]],
  ['unused-tensor', 'game sample phases', [AGAIN]],
  ['unused-part', 'game phases', PARTS],
];

/** What is said of them, and where: in a line of the recipe, or in what was set. */
const SAID = `
weightless-loss set: 0 | The loss l1 of G has weight 0: it is measured but trains nothing. | Give it a weight above 0, or remove the loss. In an ablation, 0 is a level like any other.
bounded-scores 23: D(source, target) | D ends in sigmoid, so its scores are from 0 to 1, but hinge expects unbounded scores in "real". | Let D end without an activation: output: { activation: none }.
bounded-scores 23: D(source, fake) | D ends in sigmoid, so its scores are from 0 to 1, but hinge expects unbounded scores in "fake". | Let D end without an activation: output: { activation: none }.
bounded-scores 26: D(source, fake) | D ends in sigmoid, so its scores are from 0 to 1, but hinge expects unbounded scores in "fool". | Let D end without an activation: output: { activation: none }.
high-momentum set: 0.9 | D and G play against other networks with beta1 0.9 of adam: gradients from ten steps ago still count, although the opponent has changed since. | Most GANs train more stably with beta1: 0.5 (DCGAN, pix2pix) or 0 (WGAN-GP); keep it if the paper that you follow uses it.
signal-zeroed set: batch | The batch-norm encoder/bottleneck/norm of G zeroes its input: it normalises over a single value, of one example at a time and a map of 1x1x8. | Give that block norm: none, as pix2pix does with its bottleneck, or set train.batch to 2 or more.
steep-critic set: adversarial | Nothing limits the slope of D, so its scores and wgan grow without bound. | Add a loss { type: gradient-penalty, of: D(mixed), at: mixed, weight: 10 }, give D weight_norm: spectral, or its optimizer clip_weights: 0.01.
norm-under-penalty set: gp | The loss gp (gradient-penalty) penalises each image's own gradient, but D has batch-norm, which makes the images of a batch depend on each other. | Give D norm: layer, instance or none, as WGAN-GP does.
one-sided set: adversarial | D is only shown real images, and will call everything real. | Add "fake" to a loss that trains D.
mixed-losses set: lsgan | D's scores are trained by bce, but G uses them in lsgan. | Set type: bce for the loss adversarial of G.
output-range set: sigmoid | fake is made by G, which ends in sigmoid: its values are from 0 to 1, but those of target are from -1 to 1. | Let G end in tanh: output: { activation: tanh }.
same-operands 23: D(source, fake) | "real" and "fake" of the loss adversarial are the same, D(source, fake): there is nothing to learn. | "real" must come from the data, and "fake" from a network.
same-operands set: fake | "of" and "to" of the loss l1 are the same, fake: there is nothing to learn. | Compare it with something else.
idle-network 16: D | D is trained to no effect: no output is made by it, and no other network learns from it. | Call D in a loss of another network, or name what it makes under game.outputs.
unused-tensor set: G(fake) | The tensor again is not computed: no played loss, no output and no sample needs it. | Remove it, or use it in a loss.
unused-part set: b | No call uses the output kind of D. | Write D.kind(...) where it is needed, or remove the output.
`;

test.each(CASES)('%s says where and what to do, but for a slip in "%s"', async (code, silencedBy, set) => {
  const warnings = await warningsIn(set);
  const lines = SAID.split('\n').filter((line) => line.startsWith(`${code} `));
  expect(warnings.found.map((each) => `${each.code} ${each.text}`)).toEqual(lines);
  expect(warnings.silencedBy).toBe(silencedBy);
});

test.each<[string, string, ...string[]]>([
  ['a small weight trains', '', `${G}.l1.weight=1e-9`],
  ['bce takes a sigmoid for probabilities', '', SIGMOID],
  ['no range from -1', 'bounded-scores bounded-scores bounded-scores', SIGMOID.replace('sigmoid', 'tanh')],
  [
    'and none without end',
    'bounded-scores bounded-scores bounded-scores',
    SIGMOID.replace('sigmoid', 'relu'),
  ],
  ['beta1 of 0.89 is low', '', 'optimizer.beta1=0.89'],
  ['its default is high', 'high-momentum', 'optimizer.beta1=null'],
  ['momentum counts, too', 'high-momentum', 'optimizer={ type: sgd, learning_rate: 1, momentum: 0.9 }'],
  ['which is 0 by default', '', 'optimizer={ type: sgd, learning_rate: 1 }'],
  [
    'no score without weight plays',
    'idle-network weightless-loss',
    'optimizer.beta1=0.9',
    ...ALONE,
    `${OPPONENT}.weight=0`,
  ],
  ['two examples together have a mean that is neither', '', ...ZEROED, 'train.batch=2'],
  ['not one after the other', 'signal-zeroed', ...ZEROED, 'train.batch=2', 'train.accumulate=2'],
  ['nor by themselves', 'signal-zeroed', ...SMALL, ...bottleneck('instance'), 'train.batch=2'],
  ['two columns have one', '', ...SMALL, ...bottleneck('batch', 8, 16)],
  ['and two rows', '', ...SMALL, ...bottleneck('instance', 16, 8)],
  ['a penalty limits a critic', '', ...PENALISED, LAYER_NORM],
  [
    'but for its weight',
    'steep-critic weightless-loss',
    ...PENALISED,
    LAYER_NORM,
    'game.updates.D.losses.gp.weight=0',
  ],
  ['clipped weights do', '', ...CRITIC, 'game.updates.D.optimizer={ clip_weights: 0.01 }'],
  ['not its opponent’s', 'steep-critic', ...CRITIC, 'game.updates.G.optimizer={ clip_weights: 0.01 }'],
  ['spectral norm does', '', ...CRITIC, 'networks.D.weight_norm=spectral'],
  ['nor its opponent’s', 'steep-critic', ...CRITIC, 'networks.G.weight_norm=spectral'],
  ['a batch of one is not mixed', '', ...PENALISED, 'train.batch=1'],
  ['nor one by one', '', ...PENALISED, 'train.accumulate=2'],
  ['but two by two', 'norm-under-penalty', ...PENALISED, 'train.batch=4', 'train.accumulate=2'],
  [
    'a score without weight shows nothing',
    'one-sided weightless-loss',
    `${D}.fake=null`,
    more(`type: bce, ${FAKE}, weight: 0`),
  ],
  ['two losses show both sides', '', `${D}.fake=null`, more(`type: bce, ${FAKE}`)],
  ['only fakes are one side', 'one-sided', `${D}.real=null`],
  ['D is also taught by lsgan', '', `${OPPONENT}.type=lsgan`, more(`type: lsgan, ${FAKE}`)],
  ['nobody teaches D', '', ...ALONE, `${OPPONENT}.type=lsgan`],
  ['a part that is none is an error of its own', '', `${OPPONENT}.fool=D.none(source, fake)`],
  ['without bounds every value can be made', '', ending('none')],
  ['nothing is asked for without a reference', '', ending('sigmoid'), 'game.outputs.fake.reference=null'],
  ['a mask is in [0, 1]', '', ...ONE_CHANNEL, target('mask')],
  ['a grey image is in [-1, 1]', 'output-range', ...ONE_CHANNEL, target('grey')],
  ['without outputs nothing tells what is idle', '', `${OPPONENT}=null`, 'game.outputs=null'],
  ['a loss without weight serves nobody', 'idle-network weightless-loss', `${OPPONENT}.weight=0`],
  ['what a sample shows is computed', '', AGAIN, 'sample={ every: 1 step, show: [again] }'],
  [
    'what a tensor calls is used',
    '',
    ...PARTS,
    'game.tensors.b=D.kind(source, fake)',
    `${G}.b={ type: l2, of: b, to: "D.kind(source, target)" }`,
  ],
])('%s: %s', async (_, expected, ...set) => {
  expect((await warningsIn(set)).codes).toBe(expected);
});

test('a norm that no block has set is the network’s', async () => {
  const D = 'networks.D={ type: patchgan, patch: 70, filters: 4, padding: same, norm: instance }';
  const { found } = await warningsIn([...SMALL, 'data.pairs.size=8', D]);
  expect(found[0]!.text).toContain('set: instance | The instance-norm c3/norm of D zeroes its input');
});

test('momenta that differ are told apart', async () => {
  const withBeta = (name: string, beta1: number) => `game.updates.${name}.optimizer={ beta1: ${beta1} }`;
  const { found } = await warningsIn([withBeta('D', 0.95), withBeta('G', 0.9)]);
  expect(found.map((each) => each.text.split(':').slice(0, 2).join())).toEqual([
    'set, 0.95 | D plays against another network with beta1 0.95 of adam',
    'set, 0.9 | G plays against another network with beta1 0.9 of adam',
  ]);
});

test('of several phases a warning is given once, and some only where all give rise to it', async () => {
  const change = (changed: string) => `{ for: 1 step, change: { ${changed} } }`;
  const of = async (first: string, second: string) =>
    (await warningsIn([`train.phases=[${change(first)}, ${change(second)}]`])).codes;
  expect(await of('optimizer.beta1: 0.9', `${G}.l1.weight: 0`)).toBe('high-momentum');
  expect(await of('train.batch: 1', 'optimizer.beta1: 0.9')).toBe('high-momentum');
  expect(await of('optimizer.beta1: 0.9', 'optimizer.beta1: 0.9')).toBe('high-momentum');
  expect(await of(`${G}.l1.weight: 0`, `${G}.l1.weight: 0`)).toBe('weightless-loss');
});
