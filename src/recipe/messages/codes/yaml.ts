import type { Codes, Words } from './code.js';
import { CHILD } from './example.js';

/** What is no YAML, and what YAML allows and the language does not. */
export const yamlCodes = {
  'yaml-syntax': {
    meaning: 'From here on the text is not valid YAML, so the rest cannot be checked.',
    remedy: 'Fix what the message names: an unclosed bracket, an indent, a tab, a quote.',
    example: { replace: 'play: [D, G]', by: 'play: [D, G' },
    says: {
      parser: (message: string) => ({ message: message.replace(/\.?$/, '.') }),
      colon: () => ({ message: 'This is not a key: a key is followed by a colon and a space.' }),
      escape: () => ({
        message:
          'In double quotes \\ begins an escape, and this is not one: remove the quotes, or write / between folders.',
      }),
      quote: () => ({ message: 'This quote is not closed.' }),
      key: () => ({ message: 'A key must be a plain word.' }),
      node: () => ({ message: 'This is not a value.' }),
      scalar: () => ({ message: 'This is not a text, number, boolean or null.' }),
    },
  },
  'several-documents': {
    meaning: 'A second YAML document begins in the file.',
    remedy: 'Put each recipe in a file of its own.',
    example: { replace: 'optimizer:', by: '---\noptimizer:' },
    says: () => 'A recipe is a single YAML document, but a second begins here.',
  },
  'duplicate-key': {
    meaning: 'A key appears twice in one map; YAML readers would silently take the last.',
    remedy: 'Remove or rename one of the two.',
    example: { replace: '  D: {', by: '  G: {' },
    says: () => 'This key appears twice in one map.',
  },
  'missing-value': {
    meaning: 'A key has no value after its colon.',
    remedy: 'Write a value, or remove the key.',
    example: { replace: 'size: 64', by: 'size:' },
    says: {
      key: (name: string) => `"${name}" has no value.`,
      set: () => ({ message: 'There is no value.', remedy: 'Write PATH=VALUE; null removes a key.' }),
    },
  },
  'null-value': {
    meaning: '`null` removes an inherited value, but this recipe inherits nothing.',
    remedy: 'Remove the key, or write `none` if that is a choice.',
    example: { replace: 'size: 64', by: 'size: null' },
    says: () => 'null removes an inherited key, but this recipe extends nothing.',
  },
  'merge-key': {
    meaning: '`<<` merges maps in YAML 1.1 only, and editors cannot check the result.',
    remedy: 'Use `extends`, or `like` for a network.',
    example: { replace: 'size: 64', by: '<<: { size: 64 }' },
    says: () => '"<<" is not part of the recipe language.',
  },
  tag: {
    meaning: 'A value has a YAML tag such as `!!int`.',
    remedy: 'Remove it: each key knows the type of its value.',
    example: { replace: 'seed: 1', by: 'seed: !!int 1' },
    says: () => 'Tags are not part of the recipe language.',
  },
  'unknown-alias': {
    meaning: 'An alias names an anchor that is not defined above it.',
    remedy: 'Write the anchor, `&name`, before the value to be repeated.',
    example: { replace: 'seed: 1', by: 'seed: *seed' },
    says: (name: string) => `There is no anchor &${name} above.`,
  },
  number: {
    meaning: 'JSON cannot represent this number: infinite, not a number, or an integer beyond 2^53.',
    remedy: 'Write a finite number.',
    example: { replace: '2e-4', by: '.inf' },
    says: {
      infinite: (written: string) => `${written} is not a finite number.`,
      inexact: (written: string) => ({
        message: `${written} is beyond 2^53, where whole numbers are no longer exact.`,
      }),
    },
  },
  'too-large': {
    meaning: 'Through aliases or nesting, the recipe becomes far too large.',
    remedy: 'Look for an alias inside the value that it repeats.',
    example: {
      replace: 'fields: { source: left, target: right }',
      by: 'fields: &all { source: left, target: *all }',
    },
    says: () => 'The recipe becomes far too large here, through its aliases or its depth.',
  },
  'call-split': {
    meaning: 'Inside { } and [ ], a comma ends an unquoted text and so splits a call.',
    remedy: 'Quote the call, or write the map as a block.',
    example: { replace: "fool: 'D(source, fake)'", by: 'fool: D(source, fake)' },
    says: (call: string) => ({
      message: 'Inside { } and [ ] a comma ends the value, so this call is split.',
      remedy: `Quote it: "${call}".`,
    }),
  },
  empty: {
    meaning: 'The file contains nothing but comments and spaces.',
    remedy: 'Copy a recipe from `recipes/`, or extend one.',
    example: { text: '# to be written\n' },
    says: (file: string) => `${file} is empty.`,
  },
  unreadable: {
    meaning: 'A file does not exist, is not UTF-8 text, or is larger than 1 MiB.',
    remedy: 'Paths are relative to the file that contains them.',
    example: { text: CHILD.replace('base', 'bass') },
    says: (error: Words) => ({ message: error.message, remedy: error.remedy }),
  },
} satisfies Codes;
