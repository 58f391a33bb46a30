import { arch, cpus, hostname, platform, release, totalmem } from 'node:os';
import { basename } from 'node:path';
import type { DataSourceRecord } from '../../core/events.js';
import { packageVersion } from '../../core/node/package.js';
import type { Data } from '../../data/index.js';
import type { EngineDescription } from '../../engine/index.js';
import type { Registry } from '../../registry/index.js';
import { PLUGIN } from '../train/changed-plugins.js';

/** Versions of whatever computes, for the record. */
export function describeVersions(engine: EngineDescription, { plugins }: Registry): Record<string, string> {
  return {
    gan: packageVersion(),
    node: process.versions.node,
    [engine.name]: engine.version,
    ...Object.fromEntries(
      plugins.map(({ file, digest }) => [`${PLUGIN}${basename(file)}`, `sha256:${digest}`]),
    ),
  };
}

/** The machine, for comparing runs. */
export function describeMachine(engine: EngineDescription): Record<string, string | number> {
  return {
    host: hostname(),
    system: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    engine: engine.name,
    device: engine.device,
    threads: engine.threads,
  };
}

/** What is trained on, and in which state. */
export async function describeData(data: Data): Promise<Record<string, DataSourceRecord>> {
  const digests = await data.digests();
  return Object.fromEntries(
    Object.entries(data.sources).map(([name, { type, folder, counts, classes }]) => [
      name,
      {
        type,
        ...(folder === undefined ? {} : { folder }),
        counts,
        ...(classes ? { classes } : {}),
        digest: digests[name]!,
      },
    ]),
  );
}
