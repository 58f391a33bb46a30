import type { Codes } from './code.js';
import { CHILD } from './example.js';

/** What is no YAML, and what YAML allows and the language does not. */
export const yamlCodes = {
  'yaml-syntax': {
    meaning: 'The text is no YAML from here on, so that the rest of it cannot be judged.',
    remedy: 'Mend what the message names: a bracket that is not closed, an indent, a tab, a quote.',
    example: { replace: 'play: [D, G]', by: 'play: [D, G' },
  },
  'several-documents': {
    meaning: 'A second YAML document begins in the file.',
    remedy: 'Put each recipe into a file of its own.',
    example: { replace: 'optimizer:', by: '---\noptimizer:' },
  },
  'duplicate-key': {
    meaning: 'A key stands twice in one map; YAML readers would silently take the last.',
    remedy: 'Take one of the two away, or rename it.',
    example: { replace: '  D: {', by: '  G: {' },
  },
  'missing-value': {
    meaning: 'A key has nothing behind its colon.',
    remedy: 'Write a value, or take the key away.',
    example: { replace: 'size: 64', by: 'size:' },
  },
  'null-value': {
    meaning: '`null` takes out what a recipe inherits, and this one inherits nothing.',
    remedy: 'Take the key away, or say `none` where that is a choice.',
    example: { replace: 'size: 64', by: 'size: null' },
  },
  'merge-key': {
    meaning: '`<<` merges maps in YAML 1.1 only, and editors cannot check what comes of it.',
    remedy: 'Use `extends`, or `like` for a network.',
    example: { replace: 'size: 64', by: '<<: { size: 64 }' },
  },
  tag: {
    meaning: 'A YAML tag such as `!!int` stands before a value.',
    remedy: 'Take it away: each key knows what it takes.',
    example: { replace: 'seed: 1', by: 'seed: !!int 1' },
  },
  'unknown-alias': {
    meaning: 'An alias names an anchor that does not stand above it.',
    remedy: 'Write the anchor, `&name`, before the value that is to be repeated.',
    example: { replace: 'seed: 1', by: 'seed: *seed' },
  },
  number: {
    meaning: 'A number that JSON cannot hold: infinite, not a number, or a whole one beyond 2^53.',
    remedy: 'Write a finite number.',
    example: { replace: '2e-4', by: '.inf' },
  },
  'too-large': {
    meaning: 'By its aliases or its depth the recipe grows beyond all size.',
    remedy: 'Look for an alias within what it repeats.',
    example: {
      replace: 'fields: { source: left, target: right }',
      by: 'fields: &all { source: left, target: *all }',
    },
  },
  'call-split': {
    meaning: 'Inside { } and [ ] a comma ends a plain text, and so splits a call.',
    remedy: 'Quote the call, or write the map as a block.',
    example: { replace: "fool: 'D(source, fake)'", by: 'fool: D(source, fake)' },
  },
  empty: {
    meaning: 'There is nothing in the file but comments and spaces.',
    remedy: 'Copy a recipe of `recipes/`, or extend one.',
    example: { text: '# to be written\n' },
  },
  unreadable: {
    meaning: 'A file that is to be read is not there, is no UTF-8 text, or is larger than 1 MiB.',
    remedy: 'Mind that paths are beside the file that says them.',
    example: { text: CHILD.replace('base', 'bass') },
  },
} satisfies Codes;
