import { readFile, statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';
import { GpuWatch } from './gpu.js';

/** Seconds between two samples, as in MLflow. */
const INTERVAL_S = 10;
const MEGABYTE = 1e6;

/**
 * Samples the machine's load every ten seconds and once at the end: some file reads, well below a millisecond of this thread.
 * Names and units are those of MLflow's system metrics.
 */
export class SystemSampler {
  private readonly timer: NodeJS.Timeout;
  private readonly gpus = new GpuWatch(INTERVAL_S);
  private ticks = cpuTicks();
  private readonly atStart: Promise<Traffic | undefined> = traffic();
  /** Samples are taken one after the other. */
  private sampling: Promise<void> = Promise.resolve();

  constructor(
    /** The disk of this folder is measured. */
    private readonly folder: string,
    private readonly record: (metrics: Readonly<Record<string, number>>) => void,
  ) {
    this.timer = setInterval(() => this.sampleSoon(), INTERVAL_S * 1000).unref();
  }

  /** Records a last time. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.sampleSoon();
    await this.sampling;
    this.gpus.close();
  }

  private sampleSoon(): void {
    this.sampling = this.sampling.then(() => this.sample());
  }

  private async sample(): Promise<void> {
    const before = this.ticks;
    this.ticks = cpuTicks();
    const total = this.ticks.total - before.total;
    const used = totalmem() - freemem();
    this.record({
      ...(total > 0
        ? { 'system/cpu_utilization_percentage': 100 * (1 - (this.ticks.idle - before.idle) / total) }
        : {}),
      'system/system_memory_usage_megabytes': used / MEGABYTE,
      'system/system_memory_usage_percentage': (100 * used) / totalmem(),
      'system/process_memory_usage_megabytes': process.memoryUsage.rss() / MEGABYTE,
      ...(await this.disk()),
      ...(await this.traffic()),
      ...this.gpus.metrics,
    });
  }

  private async disk(): Promise<Record<string, number>> {
    try {
      const { bsize, blocks, bavail, bfree } = await statfs(this.folder);
      const used = (blocks - bfree) * bsize;
      return {
        'system/disk_usage_megabytes': used / MEGABYTE,
        'system/disk_available_megabytes': (bavail * bsize) / MEGABYTE,
        'system/disk_usage_percentage': (100 * used) / (used + bavail * bsize),
      };
    } catch {
      return {};
    }
  }

  /** Since the run began, as MLflow counts. */
  private async traffic(): Promise<Record<string, number>> {
    const [first, now] = [await this.atStart, await traffic()];
    if (!first || !now) return {};
    return {
      'system/network_receive_megabytes': (now.received - first.received) / MEGABYTE,
      'system/network_transmit_megabytes': (now.sent - first.sent) / MEGABYTE,
    };
  }
}

function cpuTicks(): { readonly idle: number; readonly total: number } {
  let [idle, total] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idle, total };
}

interface Traffic {
  readonly received: number;
  readonly sent: number;
}

/** Bytes over all interfaces but the machine's talk with itself; Linux only. */
async function traffic(): Promise<Traffic | undefined> {
  const text = await readFile('/proc/net/dev', 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const rows = text.split('\n').flatMap((line) => {
    const [, name, values] = /^\s*([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    return name === undefined || name === 'lo' ? [] : [values!.split(/\s+/).map(Number)];
  });
  const sum = (column: number): number => rows.reduce((total, row) => total + (row[column] ?? 0), 0);
  return { received: sum(0), sent: sum(8) };
}
