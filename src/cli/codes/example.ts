import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Diagnostic, UserError } from '../../core/errors.js';
import { examine, planTrials } from '../../plan/index.js';
import { isAblation, loadAblation } from '../../recipe/ablation/node.js';
import { EXAMPLE } from '../../recipe/messages/codes/example.js';
import { CODES, type Example } from '../../recipe/messages/codes/index.js';
import { formatDiagnostic } from '../../recipe/messages/findings.js';
import { loadRecipe } from '../../recipe/node.js';
import type { Registry } from '../../registry/index.js';

/** What `gan check` says of a code's example. @throws Error where it says something else. */
export async function exampleOutput(code: string, registry: Registry): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'gan-code-'));
  try {
    const { example } = CODES[code]!;
    const { text } = example;
    const changed = changedRecipe(example);
    await writeFile(join(cwd, 'base.yaml'), text === undefined ? EXAMPLE : changed);
    await writeFile(join(cwd, 'mine.yaml'), text ?? changed);
    const found = await findings(code, example, cwd, registry);
    const finding = found.find((each) => each.code === code);
    if (finding) return formatDiagnostic(finding);
    throw new Error(`The example of ${code} gives ${found.map(formatDiagnostic).join('\n') || 'nothing'}.`);
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

function changedRecipe({ replace = '', by = '' }: Example): string {
  if (!EXAMPLE.includes(replace)) throw new Error(`"${replace}" is not in the example recipe.`);
  return EXAMPLE.replace(replace, () => by);
}

async function findings(
  code: string,
  example: Example,
  cwd: string,
  registry: Registry,
): Promise<readonly Diagnostic[]> {
  const overrides = {
    ...(example.data === undefined ? {} : { data: [example.data] }),
    ...(example.for === undefined ? {} : { for: example.for }),
  };
  const options = {
    registry,
    cwd,
    overrides,
    set: example.set === undefined ? [] : [example.set],
    examine,
  };
  try {
    if (code !== 'ablation' && isAblation('mine.yaml', { cwd })) {
      planTrials(await loadAblation('mine.yaml', options), registry);
      return [];
    }
    const loaded = await loadRecipe('mine.yaml', options);
    return [...loaded.warnings, ...examine(loaded.phases, registry)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics;
  }
}
