import { formatWithOptions } from 'node:util';
import { vi } from 'vitest';
import { main } from '../../../src/cli/index.js';

/** Runs a command in this process as if in a folder, and shortens paths in it. Arguments name files absolutely. */
export async function ganHere(cwd: string, ...args: readonly string[]) {
  const output = { stdout: '', stderr: '' };
  const plain = (text: unknown): string => String(text).replaceAll(`${cwd}/`, '');
  const spies = [
    vi.spyOn(process, 'cwd').mockReturnValue(cwd),
    ...(['stdout', 'stderr'] as const).flatMap((stream) => [
      vi.spyOn(process[stream], 'write').mockImplementation((text) => {
        output[stream] += plain(text);
        return true;
      }),
      vi.spyOn(console, stream === 'stdout' ? 'log' : 'error').mockImplementation((...texts: unknown[]) => {
        output[stream] += `${plain(formatWithOptions({ colors: false }, ...texts))}\n`;
      }),
    ]),
  ];
  vi.stubEnv('npm_lifecycle_event', '');
  vi.stubEnv('MLFLOW_TRACKING_URI', '');
  try {
    return { code: await main(args), ...output };
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}
