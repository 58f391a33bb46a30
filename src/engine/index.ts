import { UserError } from '../core/errors.js';
import { cpu } from './cpu.js';
import type { Availability, Engine, EngineDefinition, EngineOptions } from './definition.js';
import { ort } from './ort/index.js';

export type { Availability, Engine, EngineDescription, EngineOptions, EngineStats } from './definition.js';

export { measureRate } from './rate.js';

/** In order of preference. */
const definitions: readonly EngineDefinition[] = [ort, cpu];

export type EngineListing = { readonly name: string; readonly summary: string } & Availability;

/** Every engine that this project knows, with the reason and the remedy where one cannot run here. */
export function listEngines(): Promise<EngineListing[]> {
  return Promise.all(
    definitions.map(async ({ name, summary, probe }) => ({ name, summary, ...(await probe()) })),
  );
}

/** Opens an engine and makes its backend tfjs's active one. */
export async function openEngine(name: string, options: EngineOptions = {}): Promise<Engine> {
  const definition = definitions.find((each) => each.name === name);
  if (!definition) {
    const choices = definitions.map((each) => `  ${each.name}: ${each.summary}`).join('\n');
    throw new UserError(`There is no engine "${name}".`, { exitCode: 2, remedy: `Engines:\n${choices}` });
  }
  const { threads } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new UserError(`threads must be a whole number above 0, not ${threads}.`, { exitCode: 2 });
  }
  const availability = await definition.probe();
  if (!availability.available) {
    throw new UserError(`Engine "${name}" cannot run here: ${availability.reason}`, {
      remedy: availability.remedy,
      exitCode: 2,
    });
  }
  return definition.open(options);
}
