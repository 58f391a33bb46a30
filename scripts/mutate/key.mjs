import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** A mutant by what it says, not by where it stands, so that another line above it does not lose it. `first`: lines count from it. */
export function keyOf({ fileName, mutatorName, location: { start, end }, replacement }, first) {
  const lines = readFileSync(fileName, 'utf8').split('\n');
  const line = lines[start.line - first];
  const text =
    start.line === end.line
      ? line.slice(start.column - first, end.column - first)
      : `${line.slice(start.column - first)} ...`;
  return {
    file: relative('.', fileName),
    line: line.trim(),
    mutator: mutatorName,
    text,
    replacement: replacement.split('\n')[0],
  };
}

export const keyText = ({ file, line, mutator, text, replacement }) =>
  JSON.stringify([file, line, mutator, text, replacement]);
