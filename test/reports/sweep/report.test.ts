import { expect, test } from 'vitest';
import type { Html } from '../../../src/reports/shell/html.js';
import { resultsSection } from '../../../src/reports/sweep/results-section.js';
import { runsSection } from '../../../src/reports/sweep/runs-section.js';
import { tabulate } from '../../../src/reports/sweep/table.js';
import { csvRuns, csvTable, latexTable, markdownTable } from '../../../src/reports/sweep/texts.js';
import { plain, record, sweep } from '../../sweep/support/table.js';

const all = ['a|b 16 1', 'a|b 16 2', 'a|b 70 1', 'L1 16 1', 'L1 70 1'];
const values = ['10 20', '14 20', '20 26', '32 23'].map((text) => text.split(' ').map(Number));
const runs = all.map((cells, i) => record(i, cells, values[i]));
const table = tabulate({ sweep, runs });
const few = tabulate({ sweep: plain, runs });

test('in Markdown, with arrows, marks and what others published', () => {
  expect(markdownTable(sweep, table).split('\n').slice(0, 5).join('\n')).toBe(`\
| loss | patch 16: m ↓ | patch 16: n ↑ | patch 70: m ↓ | patch 70: n ↑ | 16: IoU [1] | 70: IoU [1] |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
| a\\|b | **12.0 ± 2.8** | 20 ± 0 | 20 | **26** |  |  |
| L1 | 32 | 23 |  |  | 0.50 | 0.25 |
`);
  expect(markdownTable(plain, few)).toMatch(
    /^\| loss \| m ↓ \| IoU \[1\] \| FID \[1\] \|\n.*\n.* 0\.5 \| 7 \|\n/,
  );
});

test('in LaTeX, with nothing left that means something to it', () => {
  const latex = latexTable(sweep, table);
  expect(latex).toContain(
    String.raw`\caption{50 \% of L\_1 \& \textasciitilde{}\textasciicircum{}\textbackslash{}\{\}\$\#'. Mean $\pm$`,
  );
  expect(latex).toContain('$^{1}$A; another data set: maps.');
  expect(latex.slice(latex.indexOf('  \\label'))).toBe(String.raw`  \label{tab:cross}
  \begin{tabular}{lrrrrrr}
  \toprule
   & \multicolumn{2}{c}{patch 16} & \multicolumn{2}{c}{patch 70} & \multicolumn{1}{c}{published$^{1}$ 16} & \multicolumn{1}{c}{published$^{1}$ 70} \\
  \cmidrule(lr){2-3} \cmidrule(lr){4-5} \cmidrule(lr){6-6} \cmidrule(lr){7-7}
  loss & m $\downarrow$ & n $\uparrow$ & m $\downarrow$ & n $\uparrow$ & IoU & IoU \\
  \midrule
  a|b & $\mathbf{12.0} \pm 2.8$ & $20 \pm 0$ & $20$ & $\mathbf{26}$ & -- & -- \\
  L1 & $32$ & $23$ & -- & -- & 0.50 & 0.25 \\
  \bottomrule
  \end{tabular}
\end{table}
`);
});

test('as CSV for programs: each value, and each trial, with quotes where they are due', () => {
  expect(csvTable(sweep, table)).toBe(`loss,patch,metric,mean,sd,n,min,max,best,overlaps_best
a|b,16,m,12,${Math.SQRT2 * 2},2,10,14,1,0
a|b,16,n,20,0,2,20,20,0,0
a|b,70,m,20,,1,20,20,0,0
a|b,70,n,26,,1,26,26,1,0
L1,16,m,32,,1,32,32,0,0
L1,16,n,23,,1,23,23,0,0
`);
  expect(csvRuns(sweep, [runs[4]!, record(7, '"y",z 16 1; L1 70 2', [0, 3])])).toBe(`\
loss,patch,seed,index,run,state,step,seconds,m,n
L1,70,1,4,r4,failed,,0,1,1
"""y"",z",16,1,7,r7,done,1200,62,0,3
L1,70,2,7,r7,done,1200,62,0,3
`);
});

/** The tables of a page, a line to each row: the text of each cell behind its class, its share of good, its title. */
const linesOf = (section: Html | undefined): string =>
  section!.text
    .match(/<tr>[^]*?<\/tr>/g)!
    .map((row) =>
      [...row.matchAll(/<t[hd]([^>]*)>([^]*?)<\/t[hd]>/g)]
        .map(([, marks = '', inner = '']) =>
          [...marks.matchAll(/style="--good: ([\d.]+)"|="([^"]+)"/g)]
            .map((mark) => mark[1] ?? mark[2])
            .concat(inner.replace(/<[^>]*>/g, '').trim())
            .join(' ')
            .trim(),
        )
        .join('; '),
    )
    .join('\n');

test('two axes are a map for each metric, greener the better; one is a table', () => {
  expect(linesOf(resultsSection(sweep, table))).toBe(`loss \\ patch; 16; 70
a|b; 1.000 best 12.0± 2.8; 0.600 20
L1; 0.000 32; 0
loss \\ patch; 16; 70
a|b; 0.000 20± 0; 1.000 best 26
L1; 0.500 23; 0
published: loss, patch; theirs IoU
L1, 16; theirs 0.50
L1, 70; theirs 0.25`);
  expect(resultsSection(sweep, table).text).toMatch(/>m ↓<[^]*>n ↑<[^]*>A; another/);
  expect(linesOf(resultsSection(plain, few))).toBe(`whose; whose 1 here; whose theirs 2 published [1]
loss; m ↓; theirs IoU; theirs FID
a|b; 3 values from 10 to 20 best 14.7 ± 5.0; theirs 0.5; theirs 7
L1; 1 values from 32 to 32 32; theirs; theirs`);
  const close = tabulate({ sweep: plain, runs: [...runs.slice(0, 2), record(3, 'L1 16 1', [13])] });
  expect(linesOf(resultsSection(plain, close))).toMatch(/ 13 ≈; theirs; theirs$/);
});

test('each run has its line: where, how far, how long, what came of it', () => {
  const waits = record(5, 'L1 70 2', [], { state: { path: '/c/r5', status: 'queued' } });
  const three = [record(6, 'L1 16 2; L1 70 2', [1.23456]), runs[4]!, waits];
  const section = runsSection({ sweep, folder: '/c', runs: three, rungs: [] });
  expect(linesOf(section).split('\n').slice(1).join('\n')).toBe(`\
number 6; L1; 16, 70; 2; done done; number 1,200; number 1m 1s; number 1.235; number; r 6
number 4; L1; 70; 1; failed failed; number 0; number; error 2 a &quot;b&quot;; r 4
number 5; L1; 70; 2; queued queued; number 0; number 1m 1s; number; number; `);
  expect(section.text).toContain('href="r%206/report.html"');
});
