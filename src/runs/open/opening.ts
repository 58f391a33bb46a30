import type { DataEvent, ParamsEvent, StartEvent } from '../../core/events.js';
import type { Data } from '../../data/index.js';
import type { EngineDescription } from '../../engine/index.js';
import type { Plan } from '../../plan/index.js';
import { networksOf } from '../../trainers/index.js';
import type { Registry } from '../../registry/index.js';
import { changesOf } from './changes.js';
import { differences, flatten } from '../../core/parameters.js';
import { describeOrigin } from './provenance.js';
import type { LoadedRun, Parent } from '../load/load-run.js';
import type { RunRequest } from '../request.js';
import { describeData, describeMachine, describeVersions } from './environment.js';

export interface Opening {
  readonly request: RunRequest;
  readonly loaded: LoadedRun;
  readonly plan: Plan;
  readonly data: Data;
  readonly engine: EngineDescription;
  readonly registry: Registry;
  /** Steps done already, and of the whole run. */
  readonly step: number;
  readonly steps: number;
}

/** The first entries of a run's journal: who trains what, where, with which software, on which data. */
export async function describeOpening(opening: Opening): Promise<[StartEvent, ParamsEvent, DataEvent]> {
  const { request, loaded, plan, data, engine, registry, step, steps } = opening;
  const { recipeFolder, recipe, parent, resume } = loaded;
  const changes = parent
    ? { from: nameOf(parent), values: differences(flatten(parent.recipe), flatten(recipe)) }
    : request.recipe === undefined || resume
      ? undefined
      : await changesOf(
          { file: request.recipe, text: loaded.text, recipe: loaded.withoutData },
          registry,
          request.data,
        );
  return [
    {
      type: resume ? 'resume' : 'start',
      step,
      steps,
      recipeFolder,
      versions: describeVersions(engine, registry),
      machine: describeMachine(engine),
      ...(await describeOrigin(recipeFolder, request.recipe)),
      generators: networksOf(plan, Object.keys(plan.outputs)),
      ...(parent
        ? {
            parent: {
              run: nameOf(parent),
              folder: parent.run.path,
              step: parent.checkpoint.state.step,
            },
          }
        : {}),
      ...(request.tracking ? { tracking: request.tracking.options } : {}),
    },
    { type: 'params', step, params: flatten(recipe), ...(changes ? { changes } : {}) },
    { type: 'data', step, sources: await describeData(data) },
  ];
}

const nameOf = ({ run }: Parent): string => `${run.name}/${run.id}`;
