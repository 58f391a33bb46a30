import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { replaceFile } from '../../record/index.js';
import { readLibrary } from '../shell/library.js';
import { readSweep } from '../../sweep/index.js';
import { gatherSweep } from './gather.js';
import { renderSweepPage, type PagePicture } from './page.js';
import { comparePictures } from './pictures.js';
import { tabulate } from './table.js';
import { csvRuns, csvTable, latexTable, markdownTable } from './texts.js';

export interface SweepReport {
  /** Absolute paths of what was written, the page first. */
  readonly files: readonly string[];
  /** For a terminal or a README. */
  readonly markdown: string;
}

/**
 * Writes a sweep's report from the folders of its runs: one page that needs no network and no other file, and the table as
 * CSV, Markdown and LaTeX. May be done at any time, also while trials run.
 */
export async function writeSweepReport(folder: string): Promise<SweepReport> {
  const record = await gatherSweep(folder, await readSweep(folder));
  const { sweep, runs } = record;
  const table = tabulate(record);
  const pictures = await comparePictures(record, table);
  const markdown = markdownTable(sweep, table);
  const pasted = await Promise.all(pictures.map(({ title, png }) => paste(title, png)));
  const texts: readonly [string, string][] = [
    ['report.html', renderSweepPage(record, table, pasted, await readLibrary())],
    ['table.md', markdown],
    ['table.csv', csvTable(sweep, table)],
    ['table.tex', latexTable(sweep, table)],
    ['runs.csv', csvRuns(sweep, runs)],
  ];
  for (const [name, text] of texts) await replaceFile(join(folder, name), text);
  for (const { name, png } of pictures) await writeFile(join(folder, `${name}.png`), png);
  const names = [...texts.map(([name]) => name), ...pictures.map(({ name }) => `${name}.png`)];
  return { files: names.map((name) => join(folder, name)), markdown };
}

/** A WebP copy that shows the same pixels, at a fraction of the PNG's size. */
async function paste(title: string, png: Buffer): Promise<PagePicture> {
  const { data, info } = await sharp(png)
    .webp({ nearLossless: true, quality: 60 })
    .toBuffer({ resolveWithObject: true });
  const uri = `data:image/webp;base64,${data.toString('base64')}`;
  return { title, uri, width: info.width, height: info.height };
}
