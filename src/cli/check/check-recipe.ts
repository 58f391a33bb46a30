import { type Diagnostic, UserError } from '../../core/errors.js';
import { examine, planningErrors, trialErrors } from '../../plan/index.js';
import { byPlace, eachOnce } from '../../recipe/messages/findings.js';
import { isAblation, loadAblation } from '../../recipe/ablation/node.js';
import { Bases } from '../../recipe/index.js';
import { loadRecipe } from '../../recipe/node.js';
import type { Registry } from '../../registry/index.js';

/** A file and what was found in it or in what it extends. */
export interface Checked {
  readonly file: string;
  readonly findings: readonly Diagnostic[];
}

/** Everything wrong with a recipe, or with an ablation and its trials, as a text and as the networks it describes. */
export async function checkRecipe(file: string, registry: Registry, bases = new Bases()): Promise<Checked> {
  try {
    if (isAblation(file, { bases })) {
      const ablation = await loadAblation(file, { registry, bases, examine: planningErrors });
      return { file, findings: byPlace([...ablation.warnings, ...trialErrors(ablation, registry)]) };
    }
    const loaded = await loadRecipe(file, { registry, bases, examine });
    return { file, findings: byPlace([...loaded.warnings, ...examine(loaded.phases, registry)]) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { file, findings: error.diagnostics.length > 0 ? error.diagnostics : [unreadable(file, error)] };
  }
}

/** A file that cannot be read as text is wrong at its beginning. */
function unreadable(file: string, { message, remedy }: UserError): Diagnostic {
  return {
    severity: 'error',
    code: 'unreadable',
    message,
    ...(remedy === undefined ? {} : { remedy }),
    place: { file, line: 1, column: 1 },
  };
}

export const isWrong = ({ findings }: Checked): boolean =>
  findings.some((finding) => finding.severity === 'error');

/** All findings, each once: what several recipes extend is wrong once. */
export const allFindings = (results: readonly Checked[]): readonly Diagnostic[] =>
  eachOnce(results.flatMap(({ findings }) => findings));
