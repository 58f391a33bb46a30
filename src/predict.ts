import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import sharp from 'sharp';
import { Behind } from './core/behind.js';
import { UserError } from './core/errors.js';
import type { Image } from './core/image.js';
import { readAhead } from './data/ahead.js';
import { listImages } from './data/listing.js';
import { probeImage } from './data/images.js';
import { readPicture } from './data/picture.js';
import { definitionsWith } from './definitions.js';
import { openEngine } from './engine/index.js';
import { Network } from './graph/index.js';
import { planRecipe } from './plan/plan.js';
import type { Plan } from './plan/types.js';
import { loadRecipe } from './recipe/load.js';
import type { Recipe, Size } from './recipe/recipe.js';
import { loadCheckpoint } from './record/checkpoint.js';
import { findRun } from './record/find-run.js';
import { BadExample, type Registry } from './registry/index.js';
import { makeImages, networksOf, type OutputInputs } from './trainers/index.js';

/** Images decoded ahead of the one being computed, and written behind it: a few cost little and bridge a slow one. */
const BESIDE = 3;

export interface PredictRequest {
  /** Path, id or `last`. */
  readonly run: string;
  readonly runs: string;
  /** Images, or folders of them. */
  readonly files: readonly string[];
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

/** Runs a saved generator on images. @returns the pictures written. @throws UserError before anything is written. */
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
  const { recipe } = await loadRecipe(join(run.path, 'resolved.yaml'), { registry });
  const plan = planRecipe(recipe, registry);
  const output = chooseOutput(plan, request.output);
  const input = singleInput(plan, output);

  // 2. The files, each at a size that the networks admit: told now, not after an hour.
  const inputs = await findInputs(request.files);
  const { as } = plan.fields[input]!.config;
  for (const { file } of inputs) checkSize(recipe, registry, request.size ?? (await probeImage(file)), file);
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

    // 4. Image by image: while one is computed, the next are decoded and those before it are written.
    const written: string[] = [];
    const write = async (name: string, image: Image): Promise<void> => {
      const target = join(request.out, `${name}.png`);
      await mkdir(dirname(target), { recursive: true });
      await sharp(image.data, { raw: image }).png().toFile(target);
      written.push(target);
      observer.made?.(target, written.length, inputs.length);
    };
    const writing = new Behind(BESIDE);
    const pictures = readAhead(
      async (index) => inputs[index] && readPicture(inputs[index].file, { as, size: request.size }),
      0,
      BESIDE,
    );
    try {
      for (const [index, { name }] of inputs.entries()) {
        const picture = (await pictures.next()).value!;
        const batch = { fields: { [input]: picture }, names: {}, size: 1 };
        const image = (await makeImages(source, batch, index, [output]))[output]!;
        await writing.start(() => write(name, image));
      }
    } finally {
      await pictures.return(undefined as never);
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

function singleInput(plan: Plan, output: string): string {
  const { from } = plan.outputs[output]!;
  const [input] = from;
  if (input !== undefined && from.length === 1 && plan.fields[input]) return input;
  throw new UserError(
    `The output ${output} is made from ${from.join(' and ') || 'nothing'}, not from one image.`,
    {
      exitCode: 2,
      remedy: 'predict takes outputs that are made from one field so far.',
    },
  );
}

/** Files and the names of the pictures made of them: inside a folder given, the same paths again. */
async function findInputs(files: readonly string[]): Promise<{ file: string; name: string }[]> {
  const found: { file: string; name: string }[] = [];
  for (const given of files) {
    const path = resolve(given);
    const kind = await stat(path).catch(() => undefined);
    if (!kind)
      throw new UserError(`There is no ${given}.`, {
        exitCode: 2,
        remedy: 'Name images, or folders of them.',
      });
    const inside = kind.isDirectory() ? await listImages(path) : undefined;
    if (inside?.length === 0) throw new UserError(`There are no images in ${given}.`, { exitCode: 2 });
    for (const name of inside ?? [basename(path)]) {
      found.push({ file: inside ? join(path, name) : path, name: name.slice(0, -extname(name).length) });
    }
  }
  const twice = found.find((a, i) => found.findIndex((b) => b.name === a.name) !== i);
  if (twice) {
    throw new UserError(`Two of the images would become ${twice.name}.png.`, {
      exitCode: 2,
      remedy: 'Name their folders instead of the files, or run predict twice with two --out.',
    });
  }
  return found;
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
    const own = Object.values(recipe.data)[0]!.size;
    const [first] = error.diagnostics;
    throw new UserError(
      `${file} is ${size.width}x${size.height} pixels. ${first?.message ?? error.message}`,
      {
        exitCode: 2,
        remedy: `Resize with --size; this run was trained at --size ${own.width}x${own.height}.`,
        cause: error,
      },
    );
  }
}
