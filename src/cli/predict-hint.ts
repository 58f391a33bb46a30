import type { Plan } from '../plan/index.js';

/** Pictures that are proposed where no input says how many. */
const COUNT = 16;

/** The command that uses the networks of a run: with what its first output has to be given. undefined where it has none. */
export function predictHint(
  run: string,
  { outputs, fields }: Pick<Plan, 'outputs' | 'fields'>,
): string | undefined {
  const [output, ...others] = Object.values(outputs);
  if (output === undefined) return undefined;
  // What is no field can be computed: noise, a class drawn at random.
  const given = output.from.flatMap((name) => fields[name] ?? []);
  const images = given.filter(({ shape }) => shape.length === 3);
  const inputs = given
    .filter((field) => images.length > 1 || !images.includes(field))
    .map((field) => `--input ${field.name}=${images.includes(field) ? 'PATH' : 'CLASS'}`);
  return [
    `gan predict ${run}`,
    ...(images.length === 1 ? ['IMAGES'] : []),
    ...inputs,
    ...(images.length === 0 ? [`--count ${COUNT}`] : []),
    ...(others.length > 0 ? [`--output ${output.name}`] : []),
    '--out DIR',
  ].join(' ');
}
