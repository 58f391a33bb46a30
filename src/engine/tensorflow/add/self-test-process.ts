import { fileURLToPath } from 'node:url';
import { UserError } from '../../../core/errors.js';
import { lastLines, runCommand } from './command.js';

/**
 * Tries the engine below a folder in a process of its own: what is wrong with it may end the process.
 * @throws UserError with its output.
 */
export async function selfTest(engines: string, signal?: AbortSignal): Promise<void> {
  const script = fileURLToPath(new URL('./self-test.js', import.meta.url));
  const { code, output } = await runCommand(process.execPath, [script], {
    env: { ...process.env, GAN_ENGINE_FOLDER: engines },
    ...(signal ? { signal } : {}),
  });
  if (code === 0) return;
  throw new UserError(
    `The engine was built and failed its test (exit code ${code}):\n  ${lastLines(output)}`,
    {
      remedy:
        code === null
          ? 'It was stopped by the system: TensorFlow needs AVX instructions, which this processor may lack.'
          : 'Please report this with the lines above.',
    },
  );
}
