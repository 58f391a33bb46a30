import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { GpuWatch } from '../../../src/runs/system/gpu.js';
import { SystemSampler } from '../../../src/runs/system/sampler.js';

const work = mkdtempSync(join(tmpdir(), 'gan-system-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

test('the machine is looked at, in MLflow’s names and units', async () => {
  const seen: Readonly<Record<string, number>>[] = [];
  const sampler = new SystemSampler(work, (metrics) => seen.push(metrics));
  const end = Date.now() + 100;
  while (Date.now() < end);
  await sampler.close();
  expect(seen).toHaveLength(1);
  const [metrics] = seen;
  for (const [name, value] of Object.entries(metrics!)) {
    expect(value, name).toBeGreaterThanOrEqual(0);
    if (name.endsWith('_percentage')) expect(value, name).toBeLessThanOrEqual(100);
  }
  expect(metrics!['system/cpu_utilization_percentage']).toBeGreaterThan(0);
  expect(metrics!['system/process_memory_usage_megabytes']).toBeCloseTo(process.memoryUsage.rss() / 1e6, -2);
  expect(metrics).toHaveProperty('system/system_memory_usage_percentage');
  expect(metrics).toHaveProperty('system/disk_available_megabytes');
});

test.skipIf(process.platform === 'win32')(
  'GPUs as NVIDIA’s tool tells of them; what one does not tell is left out',
  async () => {
    const tool = join(work, 'nvidia-smi');
    // What `--query-gpu=... --format=csv,noheader,nounits` prints.
    writeFileSync(
      tool,
      '#!/bin/sh\necho "0, 87, 40960, 81920, 350.50, 700.00"\necho "1, 3, 1024, 2048, [N/A], [N/A]"\nexec sleep 60\n',
    );
    chmodSync(tool, 0o755);
    const watch = new GpuWatch(10, tool);
    await expect.poll(() => watch.metrics).toHaveProperty('system/gpu_1_utilization_percentage');
    expect(watch.metrics).toEqual({
      'system/gpu_0_utilization_percentage': 87,
      'system/gpu_0_memory_usage_megabytes': expect.closeTo(42949.67, 1) as number,
      'system/gpu_0_memory_usage_percentage': 50,
      'system/gpu_0_power_usage_watts': 350.5,
      'system/gpu_0_power_usage_percentage': expect.closeTo(50.07, 1) as number,
      'system/gpu_1_utilization_percentage': 3,
      'system/gpu_1_memory_usage_megabytes': expect.closeTo(1073.74, 1) as number,
      'system/gpu_1_memory_usage_percentage': 50,
    });
    watch.close();
  },
);

test('where there is no such tool there are no GPUs', async () => {
  const watch = new GpuWatch(10, join(work, 'none'));
  await sleep(50);
  expect(watch.metrics).toEqual({});
  watch.close();
});
