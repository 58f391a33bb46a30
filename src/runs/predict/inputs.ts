import { mentions } from '../../core/call.js';
import { UserError } from '../../core/errors.js';
import type { Shape } from '../../core/shape.js';
import { paletteOf, type PictureOptions, readPicture } from '../../data/node.js';
import type { Batch } from '../../data/index.js';
import type { OutputPlan, Plan } from '../../plan/index.js';
import type { Size } from '../../recipe/index.js';
import { suggest } from '../../recipe/messages/suggest.js';
import type { Registry } from '../../registry/index.js';
import { findFiles, type NamedFile } from './files.js';

/** One thing that an output is made from, for each picture that is asked for. */
export interface Input {
  readonly name: string;
  /** Its values for a picture, `[1, ...]`; where there is one for all, that one. */
  readonly values: (index: number) => Promise<Batch['fields'][string]>;
  /** Pictures that it is there for; undefined: any number. */
  readonly count: number | undefined;
  /** Of images: files, and the names of the pictures made of them. */
  readonly files: readonly NamedFile[];
}

export interface InputRequest {
  /** What is given without a name: images of the one thing that is an image. */
  readonly files: readonly string[];
  /** `NAME=VALUE`: a file, a folder, or a class by its name or number; a name may be given several times. */
  readonly inputs?: readonly string[];
  readonly size?: Size | undefined;
}

/** Reads what is given for an output. @throws UserError where it is not enough, too much, or of another kind. */
export async function findInputs(
  plan: Plan,
  output: OutputPlan,
  request: InputRequest,
  registry: Registry,
): Promise<readonly Input[]> {
  const given = new Map<string, string[]>();
  for (const text of request.inputs ?? []) {
    const [, name = '', value = ''] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
    if (name === '') throw wrong(`"${text}" is no input.`, 'Write --input NAME=VALUE, e.g. --input y=cat.');
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  const images = output.from.filter((name) => shapeOf(plan, name)?.length === 3 && !given.has(name));
  if (request.files.length > 0) {
    // What can be computed need not be given: a mask that is drawn at random.
    const fields = images.filter((name) => plan.fields[name]);
    const [only, ...others] = fields.length > 0 ? fields : images;
    if (only === undefined || others.length > 0) {
      const from = output.from.join(' and ') || 'noise alone';
      throw wrong(
        `The output ${output.name} is made from ${from}: files do not say what they are.`,
        only === undefined
          ? 'Leave the files out; --count says how many pictures are made.'
          : `Write ${[only, ...others].map((name) => `--input ${name}=PATH`).join(' ')}.`,
      );
    }
    given.set(only, [...request.files]);
  }
  const found = await Promise.all(
    [...given].map(([name, values]) => readInput(plan, name, values, request.size)),
  );
  return [...found, ...drawnClasses(plan, output.name, new Set(given.keys()), registry)];
}

async function readInput(
  plan: Plan,
  name: string,
  values: readonly string[],
  size: Size | undefined,
): Promise<Input> {
  const shape = shapeOf(plan, name);
  const names = [...Object.keys(plan.fields), ...plan.tensors.map((tensor) => tensor.name)];
  if (!shape)
    throw wrong(
      `There is no field or tensor "${name}" of this run.`,
      suggest(name, names, 'Fields and tensors'),
    );
  if (shape.length === 3) return imageInput(name, values, pictureOptions(plan, name, size));
  const field = plan.classes[name];
  if (field === undefined)
    throw wrong(
      `${name} is a vector of ${shape[0]!} numbers, and no class.`,
      'Leave it out: it is drawn at random.',
    );
  const classes = plan.fields[field]?.config.classes;
  const numbers = values.map((value) =>
    classNumber(value, typeof classes === 'object' ? classes : [], shape[0]!, name),
  );
  return {
    name,
    count: numbers.length === 1 ? undefined : numbers.length,
    files: [],
    values: (index) => Promise.resolve(oneHot(numbers[numbers.length === 1 ? 0 : index]!, shape[0]!)),
  };
}

/** A class by its name, else by its number from 0. */
function classNumber(value: string, names: readonly string[], count: number, input: string): number {
  const named = names.indexOf(value);
  if (named >= 0) return named;
  const number = Number(value);
  if (/^\d+$/.test(value) && number < count) return number;
  throw wrong(
    `"${value}" is no class of ${input}.`,
    names.length > 0 ? suggest(value, names, 'Classes') : `Classes are 0 to ${count - 1}.`,
  );
}

function oneHot(number: number, count: number): Batch['fields'][string] {
  const data = new Float32Array(count);
  data[number] = 1;
  return { data, shape: [1, count] };
}

async function imageInput(name: string, given: readonly string[], options: PictureOptions): Promise<Input> {
  const files = await findFiles(given);
  return {
    name,
    count: files.length === 1 ? undefined : files.length,
    files,
    values: (index) => readPicture(files[files.length === 1 ? 0 : index]!.file, options),
  };
}

function pictureOptions(plan: Plan, name: string, size: Size | undefined): PictureOptions {
  const field = plan.fields[name];
  if (field) {
    const { as, palette } = field.config;
    const colours =
      typeof palette === 'object' ? { palette: paletteOf(palette, `the palette of ${name}`) } : {};
    return { as, size, ...colours };
  }
  const { isMask, shape } = plan.tensors.find((tensor) => tensor.name === name)!;
  if (isMask) return { as: 'mask', size };
  const as = ({ 1: 'grey', 3: 'rgb', 4: 'rgba' } as const)[shape[2]!];
  if (as) return { as, size };
  throw wrong(`${name} has ${shape[2]!} channels: no picture has.`, 'Give what it is computed from.');
}

/**
 * Fields that an output is computed from and that are not given: an error, but for classes whose number alone is asked for,
 * by what draws one of them. Any will do there.
 */
function drawnClasses(
  plan: Plan,
  output: string,
  given: ReadonlySet<string>,
  registry: Registry,
): readonly Input[] {
  const byValue = new Set<string>();
  const byShape = new Set<string>();
  const visit = (name: string): void => {
    if (given.has(name) || byValue.has(name)) return;
    byValue.add(name);
    const tensor = plan.tensors.find((each) => each.name === name);
    if (!tensor) return;
    const before = [...(tensor.call ? [tensor.call] : []), ...tensor.operands].flatMap((call) => [
      ...mentions(call).names,
    ]);
    if (tensor.config && registry.get('tensor', tensor.config.type).readsShapes)
      before.filter((each) => !given.has(each)).forEach((each) => byShape.add(each));
    else before.forEach(visit);
  };
  visit(output);
  const fields = Object.values(plan.fields).filter(({ name }) => byValue.has(name) || byShape.has(name));
  const [lacking] = fields.filter(({ name, config }) => byValue.has(name) || config.as !== 'class');
  if (lacking) {
    const { name, config } = lacking;
    const value = config.as === 'class' ? 'CLASS' : 'PATH';
    throw wrong(
      `The output ${output} is made from ${name}, which is not given.`,
      `Write --input ${name}=${value}.`,
    );
  }
  return fields.map(({ name, shape }) => ({
    name,
    count: undefined,
    files: [],
    values: () => Promise.resolve({ data: new Float32Array(shape[0]!), shape: [1, shape[0]!] }),
  }));
}

const shapeOf = (plan: Plan, name: string): Shape | undefined =>
  plan.fields[name]?.shape ?? plan.tensors.find((tensor) => tensor.name === name)?.shape;

const wrong = (message: string, remedy: string | undefined): UserError =>
  new UserError(message, { exitCode: 2, ...(remedy === undefined ? {} : { remedy }) });
