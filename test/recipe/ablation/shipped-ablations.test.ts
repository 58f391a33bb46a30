import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { planTrials } from '../../../src/plan/ablation.js';
import { loadAblation } from '../../../src/recipe/ablation/node.js';
import { ablationSchema } from '../../../src/recipe/schema/publish.js';
import { compiled, registry } from '../support.js';

const files = (await readdir('recipes/ablations')).filter((file) => file.endsWith('.yaml'));
const validate = compiled(ablationSchema(registry));

describe.each(files)('recipes/ablations/%s', (file) => {
  const path = `recipes/ablations/${file}`;

  test('loads without a warning; each of its trials plans, and no two are one', async () => {
    const ablation = await loadAblation(path, { registry });
    expect(ablation.warnings).toEqual([]);
    expect(`${ablation.name}.yaml`).toBe(file);
    expect(planTrials(ablation, registry)).toHaveLength(ablation.trials.length);
    expect(ablation.report.average).toBe('seed');
  });

  test('is what the published schema describes', async () => {
    validate(parseYaml(await readFile(path, 'utf8')));
    expect(validate.errors ?? []).toEqual([]);
  });
});

test('each ablation has a form for laptops', () => {
  const full = files.filter((file) => !file.endsWith('-64.yaml'));
  expect(full.map((file) => file.replace('.yaml', '-64.yaml')).sort()).toEqual(
    files.filter((file) => !full.includes(file)).sort(),
  );
});
