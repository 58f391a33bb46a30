import type { Plan } from '../plan/index.js';

/** Proposed where no input determines the number of pictures. */
const PICTURE_COUNT = 16;

/** The command that applies a run's networks, with the inputs that its first output needs; undefined without outputs. */
export function predictHint(
  run: string,
  { outputs, fields }: Pick<Plan, 'outputs' | 'fields'>,
): string | undefined {
  const [output, ...others] = Object.values(outputs);
  if (output === undefined) return undefined;
  // Only fields must be given; noise and random classes are drawn.
  const given = output.from.flatMap((name) => fields[name] ?? []);
  const images = given.filter(({ shape }) => shape.length === 3);
  const inputs = given
    .filter((field) => images.length > 1 || !images.includes(field))
    .map((field) => `--input ${field.name}=${images.includes(field) ? 'PATH' : 'CLASS'}`);
  return [
    `gan predict ${run}`,
    ...(images.length === 1 ? ['IMAGES'] : []),
    ...inputs,
    ...(images.length === 0 ? [`--count ${PICTURE_COUNT}`] : []),
    ...(others.length > 0 ? [`--output ${output.name}`] : []),
    '--out DIR',
  ].join(' ');
}
