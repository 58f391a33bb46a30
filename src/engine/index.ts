import { UserError } from '../core/errors.js';
import { cpu } from './cpu.js';
import type { AddedEngine, Availability, Engine, EngineDefinition, EngineOptions } from './definition.js';
import { ort } from './ort/index.js';
import { tensorflow } from './tensorflow.js';
import { type DryRun, dryRunOf } from './dry-run.js';
import { webgpu } from './webgpu.js';

export type { AddEvent, Availability, Engine, EngineDescription, EngineOptions } from './definition.js';

export { openFeatures } from './features.js';
export { measureRate, type Rate } from './rate.js';
export type { DryRun } from './dry-run.js';

/** In order of preference. */
const definitions: readonly EngineDefinition[] = [ort, tensorflow, webgpu, cpu];

export type EngineListing = { readonly name: string; readonly summary: string } & Availability;

/** Every engine that this project knows, with the reason and the remedy where one cannot run here. */
export function listEngines(): Promise<EngineListing[]> {
  return Promise.all(
    definitions.map(async ({ name, summary, probe }) => ({ name, summary, ...(await probe()) })),
  );
}

/** How an engine is added to this machine. @throws UserError where it is none of those that can be. */
export function addableEngine(name: string): AddedEngine {
  const addable = definitions.flatMap(({ name: each, added }) => (added ? [{ name: each, added }] : []));
  const found = addable.find((each) => each.name === name);
  if (found) return found.added;
  const known = definitions.some((each) => each.name === name);
  throw new UserError(
    known ? `Engine "${name}" is installed with this project.` : `There is no engine "${name}".`,
    { exitCode: 2, remedy: `Engines that can be added: ${addable.map((each) => each.name).join(', ')}.` },
  );
}

/** Opens an engine and makes its backend tfjs's active one. */
export async function openEngine(name: string, options: EngineOptions = {}): Promise<Engine> {
  const definition = definitions.find((each) => each.name === name);
  if (!definition) {
    const choices = definitions.map((each) => `  ${each.name}: ${each.summary}`).join('\n');
    throw new UserError(`There is no engine "${name}".`, { exitCode: 2, remedy: `Engines:\n${choices}` });
  }
  const { threads, device } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new UserError(`threads must be a whole number above 0, not ${threads}.`, { exitCode: 2 });
  }
  checkDevice(definition, device);
  const availability = await definition.probe(device);
  if (!availability.available) {
    const where = device === undefined ? '' : ` on ${device}`;
    throw new UserError(`Engine "${name}" cannot run here${where}: ${availability.reason}`, {
      remedy: availability.remedy,
      exitCode: 2,
    });
  }
  return definition.open(options);
}

function checkDevice({ name, devices = [] }: EngineDefinition, device: string | undefined): void {
  if (device === undefined || devices.includes(device)) return;
  const others = definitions.filter((each) => each.devices?.includes(device)).map((each) => each.name);
  const known =
    devices.length > 0 ? `Devices of ${name}: ${devices.join(', ')}.` : `${name} leaves no choice of device.`;
  throw new UserError(`Engine "${name}" has no device "${device}".`, {
    exitCode: 2,
    remedy: others.length > 0 ? `${known} "${device}" is one of: ${others.join(', ')}.` : known,
  });
}

/** For a dry run of what an engine would compute; undefined where there is no such engine, or it does not know its kernels. */
export async function openDryRun(name: string): Promise<DryRun | undefined> {
  const definition = definitions.find((each) => each.name === name);
  return definition && dryRunOf(definition, definitions);
}
