import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import type { Image } from '../../src/core/image.js';
import { writeOutputs } from '../../src/record/outputs.js';
import type { Html } from '../../src/record/report/html.js';
import { chartsOf } from '../../src/sweep/report/curves.js';
import { differencesSection } from '../../src/sweep/report/differences-section.js';
import type { RunRecord } from '../../src/sweep/report/gather.js';
import { renderSweepPage } from '../../src/sweep/report/page.js';
import { comparePictures } from '../../src/sweep/report/pictures.js';
import { resultsSection } from '../../src/sweep/report/results-section.js';
import { rungsSection } from '../../src/sweep/report/rungs-section.js';
import { runsSection } from '../../src/sweep/report/runs-section.js';
import { tabulate } from '../../src/sweep/report/table.js';
import { csvRuns, csvTable, latexTable, markdownTable } from '../../src/sweep/report/texts.js';
import type { Sweep } from '../../src/sweep/sweep.js';

/** Two losses by two patches with two seeds; `a|b` is a level's name, which tables have to escape. */
const sweep: Sweep = {
  version: 1,
  key: 'k',
  name: 'cross',
  summary: '50 % of L_1 & more',
  file: '/cross.yaml',
  recipeFolder: '/',
  axes: [
    { name: 'loss', levels: ['a|b', 'L1'] },
    { name: 'patch', levels: ['16', '70'] },
    { name: 'seed', levels: ['1', '2'] },
  ],
  report: {
    metrics: ['val/l1', 'val/psnr'],
    rows: 'loss',
    columns: 'patch',
    average: 'seed',
    published: [
      { source: 'A 2017', data: 'maps', metrics: ['IoU'], values: { L1: { '16': [0.5], '70': [0.25] } } },
    ],
  },
  better: { 'val/l1': 'lower', 'val/psnr': 'higher' },
  runs: [],
};
const plain: Sweep = {
  ...sweep,
  axes: [sweep.axes[0]!, sweep.axes[2]!],
  report: {
    metrics: ['val/l1'],
    rows: 'loss',
    average: 'seed',
    published: [{ source: 'B', data: 'x', metrics: ['IoU', 'FID'], values: { 'a|b': [0.5, 7] } }],
  },
};

const record = (
  index: number,
  cells: readonly Record<string, string>[],
  metrics: Record<string, number>,
  more: Partial<RunRecord> = {},
): RunRecord => ({
  run: { index, id: `r${index}`, hash: `${index}`, cells: [...cells] },
  state: { path: `/sweeps/cross/r ${index}`, status: 'done', step: 1200, metrics },
  evaluations: [],
  stepMs: 61_600,
  versions: {},
  machine: {},
  data: {},
  params: {},
  outputs: ['fake'],
  ...more,
});
const at = (loss: string, patch: string, seed: string) => [{ loss, patch, seed }];
const runs: RunRecord[] = [
  record(0, at('a|b', '16', '1'), { 'val/l1': 10, 'val/psnr': 20 }),
  record(1, at('a|b', '16', '2'), { 'val/l1': 14, 'val/psnr': 20 }),
  record(2, at('a|b', '70', '1'), { 'val/l1': 20, 'val/psnr': 26 }),
  record(3, at('L1', '16', '1'), { 'val/l1': 32, 'val/psnr': 23 }),
  record(
    4,
    at('L1', '70', '1'),
    {},
    {
      state: { path: '/sweeps/cross/r4', status: 'failed', reason: 'NaN, "here"' },
      stepMs: 0,
    },
  ),
];
const table = tabulate({ sweep, runs });
const few = tabulate({ sweep: plain, runs });

describe('as text', () => {
  test('in Markdown, with arrows, marks and what others published', () => {
    expect(markdownTable(sweep, table).split('\n').slice(0, 6)).toEqual([
      '| loss | patch 16: val/l1 ↓ | patch 16: val/psnr ↑ | patch 70: val/l1 ↓ | patch 70: val/psnr ↑ | 16: IoU [1] | 70: IoU [1] |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
      '| a\\|b | **12.0 ± 2.8** | 20 ± 0 | 20 | **26** |  |  |',
      '| L1 | 32 | 23 |  |  | 0.50 | 0.25 |',
      '',
      expect.stringMatching(/^Mean ± standard deviation over 1 to 2 seeds/),
    ]);
    expect(markdownTable(plain, few).split('\n').slice(0, 4)).toEqual([
      '| loss | val/l1 ↓ | IoU [1] | FID [1] |',
      '| --- | ---: | ---: | ---: |',
      '| a\\|b | **14.7 ± 5.0** | 0.5 | 7 |',
      '| L1 | 32 |  |  |',
    ]);
  });

  test('in LaTeX, with nothing left that means something to it', () => {
    expect(latexTable(sweep, table)).toBe(
      String.raw`% Needs \usepackage{booktabs}.
\begin{table}
  \centering
  \caption{50 \% of L\_1 \& more. Mean $\pm$ standard deviation over 1 to 2 seeds, measured after the last step; bold: best mean; $\approx$: its values overlap with the best one's, so these runs do not tell the two apart. With 1 to 2 each, take even what does not overlap as a hint, not as proof. $^{1}$A 2017; another data set: maps. Compare the order, not the numbers.}
  \label{tab:cross}
  \begin{tabular}{lrrrrrr}
  \toprule
   & \multicolumn{2}{c}{patch 16} & \multicolumn{2}{c}{patch 70} & \multicolumn{1}{c}{published$^{1}$ 16} & \multicolumn{1}{c}{published$^{1}$ 70} \\
  \cmidrule(lr){2-3} \cmidrule(lr){4-5} \cmidrule(lr){6-6} \cmidrule(lr){7-7}
  loss & val/l1 $\downarrow$ & val/psnr $\uparrow$ & val/l1 $\downarrow$ & val/psnr $\uparrow$ & IoU & IoU \\
  \midrule
  a|b & $\mathbf{12.0} \pm 2.8$ & $20 \pm 0$ & $20$ & $\mathbf{26}$ & -- & -- \\
  L1 & $32$ & $23$ & -- & -- & 0.50 & 0.25 \\
  \bottomrule
  \end{tabular}
\end{table}
`,
    );
    const odd = { ...plain, summary: String.raw`~^\{}$#'’` };
    expect(latexTable(odd, few)).toContain(
      String.raw`\caption{\textasciitilde{}\textasciicircum{}\textbackslash{}\{\}\$\#''. Mean`,
    );
    const { published: _, ...alone } = plain.report;
    const one = latexTable({ ...plain, report: alone }, few);
    expect(one).not.toContain('multicolumn');
    expect(one).toContain('{tabular}{lr}');
  });

  test('as CSV for programs: each value, and each trial, with quotes where they are due', () => {
    expect(csvTable(sweep, table)).toBe(
      [
        'loss,patch,metric,mean,sd,n,min,max,best,overlaps_best',
        `a|b,16,val/l1,12,${Math.SQRT2 * 2},2,10,14,1,0`,
        'a|b,16,val/psnr,20,0,2,20,20,0,0',
        'a|b,70,val/l1,20,,1,20,20,0,0',
        'a|b,70,val/psnr,26,,1,26,26,1,0',
        'L1,16,val/l1,32,,1,32,32,0,0',
        'L1,16,val/psnr,23,,1,23,23,0,0',
        '',
      ].join('\n'),
    );
    expect(csvTable(plain, few)).toMatch(/^loss,column,metric,/);
    const odd = record(7, [...at('x "y", z', '16', '1'), ...at('L1', '70', '2')], { 'val/psnr': 3 });
    expect(csvRuns(sweep, [runs[4]!, odd])).toBe(
      [
        'loss,patch,seed,index,run,state,step,seconds,val/l1,val/psnr',
        'L1,70,1,4,r4,failed,,0,,',
        '"x ""y"", z",16,1,7,r7,done,1200,62,,3',
        'L1,70,2,7,r7,done,1200,62,,3',
        '',
      ].join('\n'),
    );
  });
});

/** The tables of a page, a line to each row: the text of each cell, behind its class, or what share of good it is painted with. */
const linesOf = (section: Html | undefined): string[] =>
  section!.text.match(/<tr>[^]*?<\/tr>/g)!.map((row) =>
    [...row.matchAll(/<t[hd]([^>]*)>([^]*?)<\/t[hd]>/g)]
      .map(([, attributes = '', inner = '']) => {
        const marks = [/--good: ([\d.]+)/, /class="([^"]+)"/, /title="([^"]+)"/, /colspan="(\d)"/];
        const text = inner.replace(/<[^>]*>/g, '').trim();
        return [...marks.map((mark) => mark.exec(attributes)?.[1] ?? ''), text].filter(Boolean).join(' ');
      })
      .join('; '),
  );

describe('as a page', () => {
  test('two axes are a map for each metric, greener the better', () => {
    expect(linesOf(resultsSection(sweep, table))).toEqual([
      String.raw`loss \ patch; 16; 70`,
      'a|b; 1.000 best 12.0± 2.8; 0.600 20',
      'L1; 0.000 32; 0',
      String.raw`loss \ patch; 16; 70`,
      'a|b; 0.000 20± 0; 1.000 best 26',
      'L1; 0.500 23; 0',
      'published: loss, patch; theirs IoU',
      'L1, 16; theirs 0.50',
      'L1, 70; theirs 0.25',
    ]);
    const page = resultsSection(sweep, table).text;
    expect(page).toMatch(/<figcaption>val\/l1 ↓<[^]*<figcaption>val\/psnr ↑<[^]*>A 2017; another/);
    const equal = tabulate({ sweep, runs: [runs[0]!, { ...runs[2]!, state: runs[0]!.state }] });
    expect(linesOf(resultsSection(sweep, equal))[1]).toBe('a|b; 0.500 best 10; 0.500 best 10');
  });

  test('one axis is a table, what others published beside it', () => {
    expect(linesOf(resultsSection(plain, few))).toEqual([
      'whose; whose 1 here; whose theirs 2 published [1]',
      'loss; val/l1 ↓; theirs IoU; theirs FID',
      'a|b; best 3 values from 10 to 20 14.7 ± 5.0; theirs 0.5; theirs 7',
      'L1; 1 values from 32 to 32 32; theirs; theirs',
    ]);
    expect(resultsSection(plain, few).text).toContain('[1] B; another');
    const near = { ...runs[3]!, state: { ...runs[3]!.state, metrics: { 'val/l1': 13 } } };
    const close = tabulate({ sweep: plain, runs: [runs[0]!, runs[1]!, near] });
    expect(linesOf(resultsSection(plain, close))[3]).toMatch(/ 13 ≈;/);
  });

  test('a search shows who was compared, who went on, and who failed', () => {
    const party = (loss: string, score?: number) => ({ cell: { loss, seed: '1' }, runs: [], score });
    const halving = { type: 'halving', seed: 1, metric: 'val/l1', rungs: ['5 steps', '9 steps'] } as const;
    const search: Sweep['search'] = { ...halving, rungs: [...halving.rungs], keep: 1 / 3 };
    const rungs = [
      { after: '5 steps', kept: 2, parties: [party('x', 1.23456), party('y', 2), party('z', NaN)] },
      { after: '9 steps', kept: undefined, parties: [party('y', 3), party('x')] },
    ];
    const section = rungsSection({ sweep: { ...plain, search }, rungs });
    expect(linesOf(section)).toEqual([
      'loss; number val/l1 after 5 steps; number val/l1 after 9 steps',
      'y; number best 2; number 3',
      'x; number best 1.235; number',
      'z; number failed; number',
    ]);
    expect(section!.text).toContain('the best 33.3 % went on');
    expect(rungsSection({ sweep: plain, rungs: [] })).toBeUndefined();
  });

  test('each run has its line: where, how far, how long, what came of it', () => {
    const waits = { state: { path: '/sweeps/cross/r5', status: 'queued' as const } };
    const twice = record(6, [...at('L1', '16', '2'), ...at('L1', '70', '2')], { 'val/l1': 1.23456 });
    const own = [twice, runs[4]!, record(5, at('L1', '70', '2'), {}, waits)];
    const section = runsSection({ sweep, folder: '/sweeps/cross', runs: own, rungs: [] });
    expect(linesOf(section).slice(1)).toEqual([
      'number 6; L1; 16, 70; 2; done done; number 1,200; number 1m 1s; number 1.235; number; r 6',
      'number 4; L1; 70; 1; failed failed; number 0; number; error 2 NaN, &quot;here&quot;; r4',
      'number 5; L1; 70; 2; queued queued; number 0; number 1m 1s; number; number; ',
    ]);
    expect(section.text).toContain('href="r%206/report.html"');
  });

  test('says what differed along each axis, in so many rows and letters as one reads', () => {
    const long = 'x'.repeat(61);
    const many = Object.fromEntries(Array.from({ length: 41 }, (_, i) => [`k${100 + i}`, long]));
    const along = (levels: number, params: (i: number) => Record<string, string>) => {
      const names = Array.from({ length: levels }, (_, i) => `v${i}`);
      const own = names.map((v, i) => record(i, [{ v }], {}, { params: params(i) }));
      const one = { ...plain, axes: [{ name: 'v', levels: names }] };
      return differencesSection({ sweep: one, folder: '/', runs: own, rungs: [] });
    };
    const two = along(2, (i) => (i === 0 ? many : {}));
    expect(linesOf(two)).toHaveLength(1 + 40);
    expect(linesOf(two).slice(0, 2)).toEqual(['; v0; v1', `k100; ${'x'.repeat(59)}…; none`]);
    expect(two.text).toContain('And 1 more');
    expect(along(2, (i) => ({ a: `${i}`, b: '1' })).text).toMatch(/else is the same[^]*: 1 values/);
    expect(along(2, () => ({})).text).toContain('Nothing differs.');
    expect(linesOf(along(16, (i) => ({ a: String(i) })))).toHaveLength(2);
    expect(along(17, (i) => ({ a: String(i) })).text).toContain('17 values, v0, v1, v2, …, v16');
    const uneven = runs.map((run, i) => ({ ...run, versions: { node: String(i) } }));
    const odd = differencesSection({ sweep, folder: '/', runs: uneven, rungs: [] });
    expect(odd.text).toMatch(/compared: version of node/);
  });

  test('its head counts trials, equal ones and states; it holds the curves, and no address', () => {
    const twice = record(5, [...at('L1', '16', '2'), ...at('L1', '70', '2')], {});
    const evaluations = [1, 2].map((step) => ({ step, metrics: { 'val/l1': step } }));
    const all = { sweep, folder: '/', runs: [...runs, { ...twice, evaluations }], rungs: [] };
    const library = { script: 'draw()', style: 'p { color: red }' };
    const picture = { title: 'of <all>', uri: 'data:x', width: 3, height: 4 };
    const page = renderSweepPage(all, tabulate(all), [picture], library);
    const words = page.replace(/<[^>]*>/g, '');
    expect(words).toContain('7 trials, 1 of them the same as another: 5 done, 1 failed');
    expect(page).toContain('<img src="data:x" width="3" height="4" alt="of &lt;all&gt;" />');
    const [, data] = /id="data">\s*(.*)/.exec(page)!;
    expect(JSON.parse(data!)).toMatchObject({ charts: [{ x: [1, 2], id: 'curve-0' }] });
    const bare = renderSweepPage({ ...all, runs }, table, [], library);
    expect(bare).toMatch(/<p>5 trials: /);
    expect(bare).not.toMatch(/<h2>(Curves|Pictures)/);
  });
});

describe('curves', () => {
  const evaluated = (of: RunRecord, ...values: readonly [step: number, l1: number][]): RunRecord => ({
    ...of,
    evaluations: values.map(([step, l1]) => ({ step, metrics: { 'val/l1': l1 } })),
  });

  test('are the mean of a group’s runs within their range, on the steps of all', () => {
    const [a, b, , c] = runs;
    const own = [
      evaluated(a!, [10, 1], [2, 5]),
      evaluated(b!, [2, 6], [10, 1.000004]),
      evaluated(c!, [4, 7], [6, NaN], [8, 9]),
    ];
    const [ours, theirs] = [
      { name: 'a|b', notFinite: 0 },
      { name: 'L1', notFinite: 0 },
    ];
    const [low, high] = [
      [5, null, null, 1],
      [6, null, null, 1],
    ];
    const series = [
      { ...ours, mean: [5.5, null, null, 1], low, high },
      { ...theirs, mean: [null, 7, 9, null] },
    ];
    const note = 'Mean over runs; the band is their range.';
    expect(chartsOf(tabulate({ sweep: plain, runs: own }))).toEqual([
      { id: 'curve-0', kind: 'metric', title: 'val/l1', note, x: [2, 4, 8, 10], series },
    ]);
  });

  test('of one point, or of what nobody measured, there are none; of one run each they have no band', () => {
    const one = evaluated(runs[0]!, [2, 5]);
    expect(chartsOf(tabulate({ sweep: plain, runs: [one] }))).toEqual([]);
    const [chart, ...more] = chartsOf(tabulate({ sweep, runs: [evaluated(one, [2, 5], [3, 1]), runs[3]!] }));
    expect(chart).not.toHaveProperty('note');
    expect(chart!.series.map(({ name }) => name)).toEqual(['a|b, patch 16']);
    expect(more).toEqual([]);
  });
});

describe('pictures', () => {
  const root = mkdtempSync(join(tmpdir(), 'gan-compare-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const grey = (value: number): Image => ({
    width: 2,
    height: 2,
    channels: 3,
    data: Buffer.alloc(12, value),
  });
  /** Where in a picture areas of one grey lie, from left to right. */
  const greys = async (png: Buffer, wanted: readonly number[]): Promise<number[]> => {
    const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const first = new Map<number, number>();
    for (let i = 0; i < data.length; i += info.channels) {
      const value = data[i]!;
      const column = (i / info.channels) % info.width;
      if (value === data[i + 1] && value === data[i + 2] && wanted.includes(value) && value === data[i + 3])
        first.set(value, Math.min(first.get(value) ?? Infinity, column));
    }
    return [...first].sort(([, a], [, b]) => a - b).map(([value]) => value);
  };

  test('stand beside each other between what all are made from and what they should be', async () => {
    const made = runs.slice(0, 4).map((run, i) => ({
      ...run,
      state: {
        ...run.state,
        path: join(root, String(i)),
        status: i === 3 ? ('stopped' as const) : run.state.status,
      },
    }));
    for (const [i, { state }] of made.entries())
      await writeOutputs(state.path, 9, {
        columns: ['source', 'fake 1', 'target'],
        rows: [
          { label: `only ${i}`, images: [grey(11), grey(13), grey(17)] },
          { label: 'all', images: [grey(31), grey(101 + 20 * i), grey(71)] },
        ],
      });
    const all = tabulate({ sweep, runs: made });
    const [whole, ...none] = await comparePictures({ sweep }, all);
    expect(none).toEqual([]);
    expect(whole).toMatchObject({ name: 'pictures', title: 'cross' });
    // The first seed of each group that is done, of the example that all have.
    expect(await greys(whole!.png, [11, 13, 17, 31, 71, 101, 121, 141, 161])).toEqual([31, 101, 141, 71]);
    expect(await comparePictures({ sweep }, table)).toEqual([]);
  });
});
