import type { DataEvent, ParamsEvent, StartEvent } from '../../core/events.js';
import type { Data } from '../../data/index.js';
import type { EngineDescription } from '../../engine/index.js';
import type { Plan } from '../../plan/index.js';
import { networksOf } from '../../trainers/index.js';
import type { Registry } from '../../registry/index.js';
import { changesOf } from '../resume/changes.js';
import { differences, flatten } from '../../core/parameters.js';
import { describeOrigin } from './provenance.js';
import type { FoundRecipe, Parent, RunRequest } from '../request.js';
import { describeData, describeMachine, describeVersions } from './surroundings.js';

export interface Opening {
  readonly request: RunRequest;
  readonly found: FoundRecipe;
  readonly plan: Plan;
  readonly data: Data;
  readonly engine: EngineDescription;
  readonly registry: Registry;
  /** Steps done already, and of the whole run. */
  readonly step: number;
  readonly steps: number;
}

/** What the journal tells of a run before its first step: who, where, with what, on what. */
export async function describeOpening(opening: Opening): Promise<[StartEvent, ParamsEvent, DataEvent]> {
  const { request, found, plan, data, engine, registry, step, steps } = opening;
  const { recipeFolder, recipe, parent, resume } = found;
  const changes = parent
    ? { from: nameOf(parent), values: differences(flatten(parent.recipe), flatten(recipe)) }
    : request.recipe === undefined || resume
      ? undefined
      : await changesOf(
          { file: request.recipe, text: found.text, recipe: found.asked },
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
      ...(request.tracking ? { tracking: request.tracking.wish } : {}),
    },
    { type: 'params', step, params: flatten(recipe), ...(changes ? { changes } : {}) },
    { type: 'data', step, sources: await describeData(data) },
  ];
}

const nameOf = ({ run }: Parent): string => `${run.name}/${run.id}`;
