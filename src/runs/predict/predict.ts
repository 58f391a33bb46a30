import { join } from 'node:path';
import sharp from 'sharp';
import { TaskQueue } from '../../core/task-queue.js';
import { UserError } from '../../core/errors.js';
import type { Image } from '../../core/image.js';
import { probeImage, readAhead } from '../../data/node.js';
import type { Batch } from '../../data/index.js';
import { definitionsWith } from '../../definitions.js';
import { openEngine } from '../../engine/index.js';
import { makeImages, Network, networksOf, type OutputInputs } from '../../trainers/index.js';
import { type Plan, planRecipe } from '../../plan/index.js';
import { findInputs, type Input } from './inputs.js';
import type { Recipe, Size } from '../../recipe/index.js';
import { findRun, loadCheckpoint, makeRequestedFile } from '../../record/index.js';
import { BadExample, type Registry } from '../../registry/index.js';
import { loadRunRecipe } from '../load/run-recipe.js';

/** Images decoded ahead of the one that is computed, and written behind it: a few take little memory and bridge a slow one. */
const MAX_IN_FLIGHT = 3;

export interface PredictRequest {
  /** Path, id or `last`. */
  readonly run: string;
  readonly runs: string;
  /** Images, or folders of them. */
  readonly files: readonly string[];
  /** `NAME=VALUE` of what else the output is made from: a file, a folder, a class. */
  readonly inputs?: readonly string[];
  /** Pictures to make where the inputs do not determine it; default: 1. */
  readonly count?: number;
  /** How often each is made, with other noise each time; default: 1. */
  readonly draws?: number;
  readonly out: string;
  /** Which output, where the game has several. */
  readonly output?: string;
  /** Every image is resized to this first; default: each at its own size. */
  readonly size?: Size;
  /** Step of the checkpoint; default: the newest sound one. */
  readonly step?: number;
  /** Files of definitions that do not ship. */
  readonly plugins?: readonly string[];
  readonly engine: string;
  readonly threads: number;
  readonly device?: string | undefined;
}

export interface PredictObserver {
  made?(file: string, done: number, total: number): void;
  warn(text: string): void;
}

/** Runs a saved generator on images, classes or noise. @returns the pictures written. @throws UserError before anything is written. */
export async function predict(request: PredictRequest, observer: PredictObserver): Promise<string[]> {
  try {
    return await predictAll(request, observer);
  } catch (error) {
    if (!(error instanceof BadExample)) throw error;
    throw new UserError(`${error.file} ${error.reason}.`, { cause: error });
  }
}

async function predictAll(request: PredictRequest, observer: PredictObserver): Promise<string[]> {
  // 1. The run: its recipe, and what its output is made from.
  const registry = await definitionsWith(request.plugins ?? []);
  const run = await findRun(request.run, request.runs);
  const { recipe } = await loadRunRecipe(run.path, { registry });
  const plan = planRecipe(recipe, registry);
  const output = chooseOutput(plan, request.output);
  const inputs = await findInputs(plan, plan.outputs[output]!, request, registry);
  const names = pictureNames(inputs, request);

  // 2. The files: one of a size that the networks do not admit is refused now, not after an hour.
  for (const { files } of inputs.filter((each) => plan.fields[each.name])) {
    for (const { file } of files) checkSize(recipe, registry, request.size ?? (await probeImage(file)), file);
  }
  const needed = networksOf(plan, [output]);

  // 3. Engine and weights.
  const checkpoint = await loadCheckpoint(run.path, request.step ?? 'last', { weightsOf: needed });
  for (const warning of checkpoint.warnings) observer.warn(warning);
  const engine = await openEngine(request.engine, { threads: request.threads, device: request.device });
  const context = { tf: engine.tf, ops: engine.ops, registry, seed: recipe.train.seed };
  const networks = new Map(needed.map((name) => [name, new Network(plan.networks[name]!, context)]));
  const source = { plan, context, networks, outputs: engine.repeater<OutputInputs>() };
  try {
    for (const [name, network] of networks) {
      network.write(checkpoint.state.networks[name]?.weights ?? [], checkpoint.folder);
    }

    // 4. Picture by picture: while one is computed, the next are decoded and those before it are written.
    const written: string[] = [];
    const write = async (name: string, image: Image): Promise<void> => {
      const target = join(request.out, `${name}.png`);
      await makeRequestedFile(target, () => sharp(image.data, { raw: image }).png().toFile(target));
      written.push(target);
      observer.made?.(target, written.length, names.length);
    };
    const { draws = 1 } = request;
    const writing = new TaskQueue(MAX_IN_FLIGHT);
    const fieldsOf = async (index: number): Promise<Batch['fields']> =>
      Object.fromEntries(
        await Promise.all(inputs.map(async ({ name, values }) => [name, await values(index)] as const)),
      );
    const given = readAhead(
      async (index) => (index * draws < names.length ? fieldsOf(index) : {}),
      0,
      MAX_IN_FLIGHT,
    );
    try {
      let fields: Batch['fields'] = {};
      for (const [i, name] of names.entries()) {
        const draw = i % draws;
        if (draw === 0) fields = (await given.next()).value;
        const batch = { fields, names: {}, size: 1 };
        const image = (await makeImages(source, batch, Math.floor(i / draws), [output], draw))[output]!;
        await writing.start(() => write(name, image));
      }
    } finally {
      await given.return(undefined as never);
      await writing.settled();
    }
    return written;
  } finally {
    for (const network of networks.values()) network.dispose();
    engine.close();
  }
}

function chooseOutput(plan: Plan, wanted: string | undefined): string {
  const names = Object.keys(plan.outputs);
  const choices = `Outputs: ${names.join(', ')}.`;
  if (wanted === undefined) {
    if (names.length === 1) return names[0]!;
    throw new UserError('This run has several outputs.', {
      exitCode: 2,
      remedy: `Say --output NAME. ${choices}`,
    });
  }
  if (names.includes(wanted)) return wanted;
  throw new UserError(`This run has no output "${wanted}".`, { exitCode: 2, remedy: choices });
}

/** Of each picture, without extension: its input's, else its number; with several draws, these are counted. */
function pictureNames(inputs: readonly Input[], { count, draws = 1 }: PredictRequest): readonly string[] {
  const counts = [...new Set(inputs.flatMap((input) => input.count ?? []))];
  if (counts.length > 1) {
    const each = inputs.flatMap((input) =>
      input.count === undefined ? [] : [`${input.count} of ${input.name}`],
    );
    throw new UserError(`There are ${each.join(' and ')}.`, {
      exitCode: 2,
      remedy: 'Give as many of each, or one for all.',
    });
  }
  const files =
    inputs.find((input) => input.files.length > 1)?.files ??
    inputs.find(({ files: given }) => given.length > 0)?.files;
  const pictures = counts[0] ?? (files ? 1 : (count ?? 1));
  if (count !== undefined && count !== pictures) {
    throw new UserError(
      `--count ${count} is for pictures made from noise, and there is something given for ${pictures}.`,
      {
        exitCode: 2,
        remedy: '--draws makes each several times, with other noise.',
      },
    );
  }
  return Array.from(
    { length: pictures },
    (_, i) => files?.[files.length === 1 ? 0 : i]?.name ?? String(i + 1),
  ).flatMap((name) =>
    Array.from({ length: draws }, (_, draw) => (draws === 1 ? name : `${name}-${draw + 1}`)),
  );
}

/** @throws UserError where the networks cannot take an image of this size. */
function checkSize(recipe: Recipe, registry: Registry, size: Size, file: string): void {
  const sources = Object.entries(recipe.data).map(([name, source]) => [
    name,
    { ...source, size, augment: {} },
  ]);
  try {
    planRecipe({ ...recipe, data: Object.fromEntries(sources) as Recipe['data'] }, registry);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const trained = Object.values(recipe.data)[0]!.size;
    const [first] = error.diagnostics;
    throw new UserError(
      `${file} is ${size.width}x${size.height} pixels. ${first?.message ?? error.message}`,
      {
        exitCode: 2,
        remedy: `Resize with --size; this run was trained at --size ${trained.width}x${trained.height}.`,
        cause: error,
      },
    );
  }
}
