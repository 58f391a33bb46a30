import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/events.js';
import { renderGrid } from '../../../src/record/pictures/render-grid.js';
import { Journal } from '../../../src/record/journal.js';
import { lockFolder, unlockFolder } from '../../../src/record/lock.js';
import { writeReport } from '../../../src/reports/run/write.js';
import { digestRun } from '../../../src/reports/run/digest.js';
import { highlightYaml } from '../../../src/reports/run/highlight.js';
import { html } from '../../../src/reports/shell/html.js';
import { temporaryFolder } from '../../record/temp.js';

const folder = temporaryFolder();
let runs = 0;

const EVIL = `</script><script>alert('"&<b>')</script>`;
const recipe = `name: maps\nsummary: "To ${EVIL.replaceAll('"', '\\"')}"\ntrain: { for: 2 epochs, batch: 1 }\n`;

function runWith(events: readonly RunEvent[]): string {
  const run = join(folder, `run-${++runs}`);
  mkdirSync(join(run, 'samples'), { recursive: true });
  writeFileSync(join(run, 'recipe.yaml'), recipe);
  writeFileSync(join(run, 'resolved.yaml'), recipe);
  const journal = new Journal(join(run, 'events.jsonl'), { warn: (text) => expect.fail(text) });
  events.forEach((event, i) => journal.append(event, 1_000_000 + 1000 * i));
  journal.close();
  return run;
}

const start = (type: 'start' | 'resume' = 'start', step = 0): RunEvent => ({
  type,
  step,
  recipeFolder: '/',
  versions: { node: '20.19.0' },
  machine: { cpu: EVIL, cores: 2 },
});
const step = (n: number, value = 0.5): RunEvent => ({
  type: 'step',
  step: n,
  epoch: n / 10,
  losses: { 'D/adversarial': value, 'D/total': value / 2, [`G/${EVIL}`]: 1 },
  learningRates: { D: 2e-4 },
  images: 4,
  ms: 200,
  waitMs: 10,
});

/** The scripts of a page, as a browser finds them. */
const scriptsOf = (page: string): string[] =>
  [...page.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, text = '']) => text);

/** What a reader sees of a page. */
const visible = (page: string): string =>
  page
    .replace(/<(script|style).*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

const reportOf = async (run: string): Promise<string> => readFileSync(await writeReport(run), 'utf8');

test('addresses in messages are links, the networks a picture, both without a way for what they say to do anything', async () => {
  const text = 'See http://127.0.0.1:5000/#/runs/1, or https://x/"onclick="alert(1). javascript:alert(1)';
  const run = runWith([start(), { type: 'message', step: 1, level: 'info', text }]);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>${EVIL}</script></svg>`;
  writeFileSync(join(run, 'networks-pretrain.svg'), svg);
  const page = await reportOf(run);
  expect([...page.matchAll(/<a href="([^"]*)"/g)].map(([, uri]) => uri)).toEqual([
    'http://127.0.0.1:5000/#/runs/1',
    'https://x/',
  ]);
  expect(visible(page)).toContain('pretrain');
  expect(page).toContain(Buffer.from(svg).toString('base64'));
  expect(page).not.toContain('onclick="');
});

describe('the page', () => {
  async function page(): Promise<string> {
    const run = runWith([
      start(),
      ...Array.from({ length: 20 }, (_, i) => step(i + 1)),
      { type: 'evaluation', step: 10, metrics: { 'val/l1': 30.25 } },
      { type: 'evaluation', step: 20, metrics: { 'val/l1': 20.125 } },
      { type: 'sample', step: 20, file: 'samples/step-20.png' },
      { type: 'sample', step: 19, file: 'samples/deleted.png' },
      { type: 'message', step: 20, level: 'warning', text: EVIL },
      { type: 'end', step: 20, status: 'failed', reason: EVIL },
    ]);
    const image = { width: 4, height: 4, channels: 1 as const, data: new Uint8Array(16) };
    writeFileSync(
      join(run, 'samples/step-20.png'),
      await renderGrid({ columns: ['fake'], rows: [{ images: [image] }] }),
    );
    const written = await reportOf(run);
    expect(readdirSync(run).sort()).toEqual([
      'events.jsonl',
      'recipe.yaml',
      'report.html',
      'resolved.yaml',
      'samples',
    ]);
    return written;
  }

  test('needs no network, and forbids it', async () => {
    const text = await page();
    expect(text).toContain("default-src 'none'");
    expect(text.replaceAll('http://www.w3.org', '')).not.toMatch(/(src|href|url)\s*[=(]\s*["']?https?:/i);
    expect(text).not.toMatch(/<link/i);
    expect(text.match(/<img\s+src="data:image\/webp;base64,/g)).toHaveLength(2);
  });

  test('escapes whatever a recipe, a name or a message brings', async () => {
    const text = await page();
    expect(text).not.toContain(EVIL);
    expect(text).toContain('&lt;/script&gt;&lt;script&gt;alert(&#39;&quot;&amp;&lt;b&gt;&#39;)');
    const scripts = scriptsOf(text);
    expect(scripts).toHaveLength(3);
    const { charts } = JSON.parse(scripts[0]!) as { charts: { series: { name: string }[] }[] };
    expect(charts.flatMap(({ series }) => series.map(({ name }) => name))).toContain(`G/${EVIL}`);
  });

  test('has scripts that a browser can read', async () => {
    for (const script of scriptsOf(await page()).slice(1)) expect(() => new Script(script)).not.toThrow();
  });

  test('can be written before anything has happened', async () => {
    expect(await reportOf(runWith([]))).toContain('<h1>maps</h1>');
    expect(visible(await reportOf(runWith([start()])))).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('stays small however long the run', async () => {
    const run = runWith([start(), ...Array.from({ length: 30_000 }, (_, i) => step(i + 1, Math.sin(i)))]);
    expect((await reportOf(run)).length).toBeLessThan(500_000);
  });
});

describe('the digest', () => {
  test('tells a run that is alive from one that died without a word', async () => {
    const run = runWith([start(), step(1)]);
    expect((await digestRun(run)).status).toBe('killed');
    lockFolder(run);
    expect((await digestRun(run)).status).toBe('running');
    unlockFolder(run);
    const resumed = runWith([start(), { type: 'end', step: 1, status: 'finished' }, start('resume', 1)]);
    expect((await digestRun(resumed)).status).toBe('killed');
  });

  test('what a run changes is what it changes now, also where it went on for longer', async () => {
    const params = (length: string, rate: string): RunEvent => ({
      type: 'params',
      step: 1,
      params: { 'train.for': length, 'optimizer.learning_rate': rate },
    });
    const changes = {
      from: 'maps.yaml',
      values: {
        'train.for': { before: '9 steps', after: '3 steps' },
        'optimizer.learning_rate': { before: '1', after: '2' },
        gone: { before: '5' },
      },
    };
    const opening = [start(), { ...params('3 steps', '2'), changes }, step(3)];
    const longer = runWith([...opening, start('resume', 3), params('6 steps', '2')]);
    expect((await digestRun(longer)).params?.changes).toEqual({
      ...changes,
      values: { ...changes.values, 'train.for': { before: '9 steps', after: '6 steps' } },
    });
    const whole = runWith([...opening, start('resume', 3), params('9 steps', '2')]);
    const { 'train.for': _, ...rest } = changes.values;
    expect((await digestRun(whole)).params?.changes).toEqual({ ...changes, values: rest });
  });
});

test('the template tag escapes all but what is HTML already', () => {
  const inner = html`<b>${'<&>'}</b>`;
  expect(html`<p title="${'"'}">${inner}${[inner, inner]}${undefined}${0}</p>`.text).toBe(
    '<p title="&quot;"><b>&lt;&amp;&gt;</b><b>&lt;&amp;&gt;</b><b>&lt;&amp;&gt;</b>0</p>',
  );
});

test('highlighting marks and loses nothing', () => {
  const yaml = `# c\nname: x-1\ndata:\n  - { id: "e#1", n: 2.0e-4, on: true }  # why <b>\nurl: http://a#b\n`;
  const marked = highlightYaml(yaml)
    .map(({ text }) => text)
    .join('');
  const plain = marked
    .replace(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  expect(plain.trimEnd()).toBe(yaml.trimEnd());
  expect(marked).toContain('<b>name</b>: x-1');
  expect(marked).toContain('<i class="n">2.0e-4</i>');
  expect(marked).toContain('<i class="s">&quot;e#1&quot;</i>');
  expect(marked).toContain('<i class="c"># why &lt;b&gt;</i>');
  expect(marked).toContain('http://a#b');
});
