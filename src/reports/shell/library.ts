import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** The library that draws the charts. */
export interface Library {
  readonly script: string;
  readonly style: string;
}

/** As it is installed. */
export async function readLibrary(): Promise<Library> {
  const { resolve } = createRequire(import.meta.url);
  const [script, style] = await Promise.all(
    ['uplot/dist/uPlot.iife.min.js', 'uplot/dist/uPlot.min.css'].map((file) =>
      readFile(resolve(file), 'utf8'),
    ),
  );
  return { script: script!, style: style! };
}
