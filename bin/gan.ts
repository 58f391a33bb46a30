#!/usr/bin/env node
import module from 'node:module';

// Node 22 and later keep what they compiled: the second start is faster.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();
const { main } = await import('../src/cli/index.js');
process.exitCode = await main(process.argv.slice(2));
