import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import { definitionsWith, shippedDefinitions } from '../../src/definitions.js';
import { faultsOf } from '../../src/plugins/contract.js';
import { type Definition, type Kind, KINDS, kindOfDefinition, Registry } from '../../src/registry/index.js';
import { CURSOR, Editor } from '../editor/support.js';
import { gan } from '../support/gan.js';
import { TINY_RECIPE } from '../support/plan.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugins-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The fenced blocks of docs/plugins.md, in their order: the plugin, the settings. */
const GUIDE = [...(await readFile('docs/plugins.md', 'utf8')).matchAll(/```(?:ts|yaml)\n([^]*?)```/g)].map(
  ([, code = '']) => code,
);

test('a plugin’s digest changes with what it imports, however far away', async () => {
  /** A copy of the plugin in a folder of its own, since modules are loaded once. */
  const digest = async (name: string, gamma: number): Promise<string> => {
    const pluginFolder = join(folder, name);
    await mkdir(pluginFolder);
    await writeFile(join(pluginFolder, 'gamma.ts'), `export const GAMMA: number = ${gamma};\n`);
    await writeFile(join(pluginFolder, 'shared.ts'), "export { GAMMA } from './gamma';\n");
    await writeFile(
      join(pluginFolder, 'focal.ts'),
      `import { GAMMA } from './shared';\n${GUIDE[0]!}export const used = GAMMA;\n`,
    );
    return (await definitionsWith([join(pluginFolder, 'focal.ts')])).plugins[0]!.digest;
  };
  const first = await digest('first', 2);
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await digest('same', 2)).toBe(first);
  expect(await digest('other', 3)).not.toBe(first);
  expect((await definitionsWith([join(folder, 'first', 'focal.ts')])).plugins[0]!.digest).toBe(first);
});

describe('the plugin of docs/plugins.md', () => {
  beforeAll(async () => {
    const [plugin = '', settings = ''] = GUIDE;
    await writeFile(join(folder, 'my-losses.ts'), plugin);
    await writeFile(join(folder, '.ganrc.yaml'), settings);
    await writeFile(join(folder, 'package.json'), '{}');
    await writeFile(
      join(folder, 'mine.yaml'),
      TINY_RECIPE.replaceAll('type: bce', 'type: focal').replace('size: 16,', 'size: 16, train: 2, val: 1,'),
    );
    await writeFile(
      join(folder, 'ablation.yaml'),
      'name: mine\nbase: ./mine.yaml\nvary:\n  gamma: { path: game.updates.G.losses.adversarial.gamma, values: [1] }\n',
    );
  });

  test('is in the reference, and completed by the schema that is written here', async () => {
    expect((await gan(folder, 'describe', 'loss', 'focal')).stdout).toContain(
      'How much easy decisions count for less.',
    );
    expect((await gan(folder, 'list', 'losses')).stdout).toContain('focal');
    const written = await gan(folder, 'schema', '--out', 'schemas');
    expect(written.stdout).toContain('what ships, and loss focal');
    const schema = JSON.parse(await readFile(join(folder, 'schemas/recipe.schema.json'), 'utf8')) as {
      $defs: object;
    };
    expect(schema.$defs).toHaveProperty(['loss.focal', 'properties', 'gamma', 'default'], 2);
    expect(await readdir(join(folder, 'schemas'))).toHaveLength(3);
  });

  test('is completed and explained by an editor that reads that schema', async () => {
    expect(await gan(folder, 'schema', '--out', 'schemas')).toMatchObject({ code: 0 });
    const recipe = `# yaml-language-server: $schema=./schemas/recipe.schema.json\n${TINY_RECIPE}`;
    const written = (by: string) => recipe.replace('type: bce', by);
    const file = join(folder, 'edited.yaml');
    const editor = await Editor.start();
    try {
      expect((await editor.complete(file, written(`type: ${CURSOR}`))).get('focal')).toContain(
        'leaves easy decisions alone',
      );
      const key = await editor.hover(file, written(`type: focal, gam${CURSOR}ma: 3`));
      expect(key).toContain('How much easy decisions count for less. Default: 2');
      expect(await editor.hover(file, written(`type: fo${CURSOR}cal`))).toMatch(
        /\* `focal`: Cross-entropy of a real\/fake decision[^]*\* `hinge`: /,
      );
      const { problems } = await editor.open(file, written('type: focal, gama: 3'));
      expect(problems.map(({ message }) => message)).toEqual(['Property gama is not allowed.']);
    } finally {
      editor.close();
    }
  });

  test('is a loss to check and plan, and its mistakes are told as any', async () => {
    expect(await gan(folder, 'check', 'mine.yaml')).toMatchObject({ code: 0 });
    expect((await gan(folder, 'plan', 'mine.yaml')).stdout).toContain(
      '1 x adversarial: focal (fool D(source, fake))',
    );
    const wrong = TINY_RECIPE.replace('type: bce, real', 'type: focal, gama: 1, real');
    await writeFile(join(folder, 'wrong.yaml'), wrong);
    const { code, stderr, stdout } = await gan(folder, 'check', 'wrong.yaml');
    expect(code).toBe(2);
    expect(stdout + stderr).toContain('Did you mean "gamma"?');
  });

  test('trains in the processes of a sweep, and its digest is in the journal and the checkpoint', async () => {
    const swept = await gan(
      folder,
      'sweep',
      'ablation.yaml',
      '--engine',
      'ort',
      '--steps',
      '2',
      '--jobs',
      '1',
    );
    expect(swept.stderr + swept.stdout).toContain('1 done');
    const files = (await readdir(join(folder, 'runs'), { recursive: true })).map((file) =>
      join(folder, 'runs', file),
    );
    const journal = await readFile(
      files.find((file) => file.endsWith('events.jsonl'))!,
      'utf8',
    );
    const digest = createHash('sha256').update(GUIDE[0]!).digest('hex');
    expect(journal).toContain(`"plugin/my-losses.ts":"sha256:${digest}"`);
    const state = files.find((file) => /checkpoints.step-2.state\.json$/.test(file))!;
    expect(await readFile(state, 'utf8')).toContain(digest);
  });
});

test('a run goes on with a plugin whose import has changed, says so and keeps it on record', async () => {
  const home = join(folder, 'resumed');
  await mkdir(home);
  await writeFile(join(home, 'package.json'), '{}');
  await writeFile(join(home, '.ganrc.yaml'), 'plugins: [./my-losses.ts]\n');
  await writeFile(join(home, 'ease.ts'), 'export const EASE = 1;\n');
  await writeFile(join(home, 'my-losses.ts'), `import './ease';\n${GUIDE[0]!}`);
  await writeFile(
    join(home, 'mine.yaml'),
    TINY_RECIPE.replaceAll('type: bce', 'type: focal').replace('size: 16,', 'size: 16, train: 4, val: 1,'),
  );
  const trained = await gan(home, 'run', 'mine.yaml', '--steps', '2');
  expect([trained.code, trained.stderr]).toEqual([0, expect.not.stringContaining('plugin')]);

  await writeFile(join(home, 'ease.ts'), 'export const EASE = 2;\n');
  const resumed = await gan(home, 'run', '--resume', 'last', '--steps', '4');
  const warning =
    'The plugin my-losses.ts has changed since the run was last trained. What follows may not be what it would have been.';
  expect([resumed.code, resumed.stderr]).toEqual([0, expect.stringContaining(`warning ${warning}\n`)]);
  expect(resumed.stdout).toContain('finished after 4 steps');
  const [run = ''] = await readdir(join(home, 'runs', 'tiny'));
  const journal = (await readFile(join(home, 'runs', 'tiny', run, 'events.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; text?: string; versions?: Record<string, string> });
  expect(journal.filter(({ text }) => text === warning)).toHaveLength(1);
  const digests = journal.flatMap(({ versions }) => versions?.['plugin/my-losses.ts'] ?? []);
  expect([digests.length, new Set(digests).size]).toEqual([2, 2]);

  const again = await gan(home, 'run', '--resume', 'last', '--steps', '5');
  expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining('plugin')]);

  await rm(join(home, '.ganrc.yaml'));
  const remedy =
    'The run was trained with the plugin my-losses.ts, and it is not loaded here: settings name such files in `plugins`.';
  for (const command of [
    ['run', '--resume', 'last', '--steps', '6'],
    ['run', '--resume', 'last', '--fork'],
    ['predict', 'last', '.', '--out', 'out'],
  ]) {
    const { code, stderr } = await gan(home, ...command);
    expect([code, stderr]).toEqual([2, expect.stringContaining(remedy)]);
  }
});

describe('a plugin that cannot be used', () => {
  const failure = async (name: string, text?: string): Promise<UserError> => {
    await mkdir(join(folder, 'bad'), { recursive: true });
    const file = join(folder, 'bad', name);
    if (text !== undefined) await writeFile(file, text);
    const error: unknown = await definitionsWith([file]).catch((thrown: unknown) => thrown);
    if (!(error instanceof UserError)) throw new Error('It loads, or fails otherwise.', { cause: error });
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(`The plugin ${file} `);
    return error;
  };
  const loss = (keys: string): string =>
    `import { defineLoss, Type } from 'gan-recipes';
export const mine = defineLoss({
  type: 'mine', operands: 'difference', summary: 'Mine.', params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'mine', of: 'fake', to: 'target' },
  build: (_, { tf }) => (of, to) => tf.squaredDifference(of, to),
  ${keys}
});`;

  test.each([
    ['none.ts', undefined, 'cannot be read: there is no such file.'],
    ['notes.md', 'x', 'is no plugin: its name ends in neither'],
    ['broken.ts', 'export const = 3;', 'cannot be loaded: '],
    ['throws.mjs', 'throw new Error("no luck");', 'cannot be loaded: no luck'],
    ['nothing.js', 'export const a = { type: "a" };', 'exports no definition.'],
    ['build.ts', loss(`build: undefined,`), 'needs "build", a function'],
  ])('%s', async (name, text, message) => {
    expect((await failure(name, text)).message).toContain(message);
  });

  test('tells all its faults at once', async () => {
    const { message, remedy } = await failure(
      'several.ts',
      loss(`type: 'A', summary: '', params: Type.Object({}),`),
    );
    expect(message.split('\n')).toHaveLength(4);
    expect(remedy).toContain('docs/plugins.md');
  });
});

test('all that ships keeps the contract that plugins are held to', () => {
  const shipped = shippedDefinitions();
  const empty = Object.fromEntries(
    KINDS.map((kind) => [kind, shipped.all(kind)]),
  ) as unknown as ConstructorParameters<typeof Registry>[0];
  const faults = KINDS.flatMap((kind: Kind) =>
    (shipped.all(kind) as readonly Definition[]).flatMap((definition) => {
      // The network that is not rewritten any more is one of a kind.
      if (definition.type === 'layers') return [];
      const others = {
        ...empty,
        [kind]: (shipped.all(kind) as readonly Definition[]).filter((each) => each !== definition),
      };
      expect(kindOfDefinition(definition)).toBe(kind);
      return faultsOf(kind, definition, new Registry(others));
    }),
  );
  expect(faults).toEqual([]);
});

test('a layer of a role is a choice of blocks', async () => {
  const file = join(folder, 'mish.mjs');
  await writeFile(
    file,
    `import { defineLayer, Type } from 'gan-recipes';
export default [defineLayer({
  type: 'mish', role: 'activation', summary: 'x tanh(softplus(x)).', params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'mish' },
  plan: (_, [shape]) => ({ output: shape, variables: [], flops: 0 }),
  build: (_, { tf }) => ([x]) => tf.mul(x, tf.tanh(tf.softplus(x))),
})];`,
  );
  const registry = await definitionsWith([file]);
  expect(registry.plugins).toMatchObject([{ file, types: [{ kind: 'layer', type: 'mish' }] }]);
  const { parseRecipe } = await import('../../src/recipe/node.js');
  const { recipe } = await parseRecipe(TINY_RECIPE, { registry, set: ['networks.D.activation=mish'] });
  const { planRecipe } = await import('../../src/plan/plan.js');
  expect(planRecipe(recipe, registry).networks['D']!.layers.map(({ config }) => config.type)).toContain(
    'mish',
  );
});
