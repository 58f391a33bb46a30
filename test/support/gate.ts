import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PLUGIN = fileURLToPath(new URL('held.mjs', import.meta.url));

/** Makes the metric `held` known to programs that are started in a folder. */
export function knowHeld(folder: string): void {
  writeFileSync(join(folder, '.ganrc.yaml'), JSON.stringify({ plugins: [PLUGIN] }));
}

/**
 * Holds trainings whose recipe has the metric `held` at their first evaluation until it is opened: who disturbs one in its
 * middle need not be quick. They answer to signals and messages meanwhile, and act on them behind it.
 */
export class Gate {
  private readonly file: string;

  constructor(folder: string, name: string) {
    this.file = join(folder, `${name}.closed`);
    writeFileSync(this.file, '');
  }

  /** Of the program that trains, or starts what trains. */
  get env(): NodeJS.ProcessEnv {
    return { GAN_TEST_GATE: this.file };
  }

  open(): void {
    rmSync(this.file, { force: true });
  }
}
