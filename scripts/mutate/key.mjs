import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** By file: hundreds of mutants stand in one, and none of them is written there. */
const texts = new Map();
function linesOf(file) {
  if (!texts.has(file)) texts.set(file, readFileSync(file, 'utf8').split('\n'));
  return texts.get(file);
}

/** A mutant by what it says, not by where it stands, so that another line above it does not lose it. `first`: lines count from it. */
export function keyOf({ fileName, mutatorName, location: { start, end }, replacement }, first) {
  const line = linesOf(fileName)[start.line - first];
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
