import { readFileSync } from 'node:fs';
import { arch, cpus, hostname, platform, release, totalmem } from 'node:os';
import type { DataSourceRecord } from '../core/events.js';
import type { Data } from '../data/types.js';
import type { EngineDescription } from '../engine/index.js';

/** Versions of whatever computes, for the record. */
export function describeVersions(engine: EngineDescription): Record<string, string> {
  // Compiled to dist/src/run and run from src/run in tests: the package's file is found upwards.
  const file = [
    new URL('../../../package.json', import.meta.url),
    new URL('../../package.json', import.meta.url),
  ];
  const gan = file.map(versionIn).find((version) => version !== undefined) ?? 'unknown';
  return { gan, node: process.versions.node, [engine.name]: engine.version };
}

function versionIn(file: URL): string | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { version?: string }).version;
  } catch {
    return undefined;
  }
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
    Object.entries(data.sources).map(([name, { type, folder, counts }]) => [
      name,
      { type, ...(folder === undefined ? {} : { folder }), counts, digest: digests[name]! },
    ]),
  );
}
