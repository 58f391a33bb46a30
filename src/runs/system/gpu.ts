import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const MEBIBYTE = 2 ** 20 / 1e6;
const FIELDS = ['index', 'utilization.gpu', 'memory.used', 'memory.total', 'power.draw', 'power.limit'];

/**
 * Runs nvidia-smi, which prints a line for each GPU at every interval. Without that program there are no metrics.
 */
export class GpuWatch {
  private readonly process: ChildProcess;
  private readonly newest = new Map<string, Readonly<Record<string, number>>>();

  constructor(everySeconds: number, program = 'nvidia-smi') {
    const query = [
      `--query-gpu=${FIELDS.join(',')}`,
      '--format=csv,noheader,nounits',
      `--loop=${everySeconds}`,
    ];
    const child = spawn(program, query, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.process = child;
    child.on('error', () => undefined);
    child.unref();
    // The pipe keeps the process alive, too; the types only know it as a stream.
    (child.stdout as unknown as { unref(): void }).unref();
    createInterface({ input: child.stdout }).on('line', (line) => this.take(line));
  }

  /** Of all GPUs, as of the tool's last report. */
  get metrics(): Readonly<Record<string, number>> {
    return Object.assign({}, ...this.newest.values()) as Record<string, number>;
  }

  close(): void {
    this.process.kill();
  }

  private take(line: string): void {
    const [index = '', ...texts] = line.split(',').map((text) => text.trim());
    if (!/^\d+$/.test(index)) return;
    // Values that a card does not support read [N/A] and are left out.
    const [busy, used, total, watts, limit] = texts.map(Number);
    const name = (what: string): string => `system/gpu_${index}_${what}`;
    const metrics = {
      [name('utilization_percentage')]: busy!,
      [name('memory_usage_megabytes')]: used! * MEBIBYTE,
      [name('memory_usage_percentage')]: (100 * used!) / total!,
      [name('power_usage_watts')]: watts!,
      [name('power_usage_percentage')]: (100 * watts!) / limit!,
    };
    this.newest.set(
      index,
      Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value))),
    );
  }
}
