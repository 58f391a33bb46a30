#!/usr/bin/env node
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { loadScript } from '../src/core/node/script.js';
import type * as cli from '../src/cli/index.js';

// Node 22 and later keep what they compiled of packages: the second start is faster.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();
// Whoever reads may stop reading (`gan list | head`): what is printed after that is lost, and nothing else.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
const { main } = loadScript(fileURLToPath(new URL('./cli.cjs', import.meta.url))) as typeof cli;
process.exitCode = await main(process.argv.slice(2));
