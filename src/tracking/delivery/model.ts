import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { MlflowError, type MlflowClient, type Run } from '../mlflow/index.js';
import { checkpointFolder, checkpointSteps, readState } from '../../record/index.js';

/** Folder of the run's artifacts that holds the model. */
const MODEL = 'model';

/**
 * Uploads what it takes to use the generator, and registers it as a version of a model. What is downloaded of it later is
 * a run's folder by itself: `gan predict` takes it.
 * @returns files sent.
 */
export async function registerGenerator(
  folder: string,
  client: MlflowClient,
  run: Run,
  name: string,
  generators: readonly string[],
): Promise<number> {
  const step = (await checkpointSteps(folder)).at(-1);
  if (step === undefined) {
    throw new MlflowError(
      'settings',
      `The generator cannot be registered as ${name}: the run has no checkpoint.`,
    );
  }
  const checkpoint = checkpointFolder(folder, step);
  const { networks } = await readState(checkpoint);
  const weights = generators.map((network) => networks[network]?.average ?? networks[network]?.weights);
  const inCheckpoint = ['state.json', ...weights.flatMap((file) => (file ? [file.name] : []))];
  const files = [
    ...['recipe.yaml', 'resolved.yaml'].map((file) => [file, join(folder, file)] as const),
    ...inCheckpoint.map(
      (file) => [`checkpoints/${basename(checkpoint)}/${file}`, join(checkpoint, file)] as const,
    ),
  ];
  for (const [path, file] of files) {
    await client.artifacts.put(run, `${MODEL}/${path}`, createReadStream(file));
  }
  await client.artifacts.put(run, `${MODEL}/MLmodel`, Buffer.from(describeModel(run, step)));
  await client.registerModel(name, run, MODEL);
  return files.length + 1;
}

/** What the model's page shows of it. */
function describeModel(run: Run, step: number): string {
  return [
    `artifact_path: ${MODEL}`,
    'flavors:',
    '  gan:',
    '    data: .',
    `    step: ${step}`,
    `run_id: ${run.info.run_id}`,
    `utc_time_created: '${new Date().toISOString().replace('T', ' ').slice(0, 23)}'`,
    '',
  ].join('\n');
}
