import { posix, win32 } from 'node:path';
import { expect, test } from 'vitest';
import { isBeside, pathBeside, slashed } from '../../src/core/paths.js';
import { resolvePath } from '../../src/data/sources/paths.js';
import { Findings } from '../../src/recipe/messages/findings.js';
import { toJson } from '../../src/recipe/read/node.js';
import { rebase } from '../../src/recipe/read/rebase.js';
import { Source } from '../../src/recipe/read/source.js';
import { readYaml } from '../../src/recipe/read/yaml.js';

test('a path is told with slashes', () => {
  expect(slashed('checkpoints\\step-3', win32)).toBe('checkpoints/step-3');
  expect(slashed('a\\b', posix)).toBe('a\\b');
});

test.each([
  [posix, '/r/sub', '/r/data/maps', '../data/maps'],
  [posix, '/r', '/r/maps', './maps'],
  [posix, '/r', '/r/.hidden/x', './.hidden/x'],
  [posix, '/r/sub', '/r', '..'],
  [posix, '/r', '/r', '.'],
  [win32, 'C:\\r\\sub', 'C:\\r\\data\\maps', '../data/maps'],
  [win32, 'C:\\r', 'c:\\r\\maps', './maps'],
  [win32, 'C:\\r', 'D:\\data\\maps', 'D:/data/maps'],
  [win32, 'C:\\r', '\\\\nas\\share\\maps', '//nas/share/maps'],
])('a file is told as beside the folder that says it, or whole', (on, folder, file, expected) => {
  expect(pathBeside(folder, file, on)).toBe(expected);
  expect(on.resolve(folder, expected).toLowerCase()).toBe(file.toLowerCase());
});

test('what is beside begins with a dot and a separator', () => {
  expect(['./x', '../x', '.', '..', '.\\x', '..\\x'].filter(isBeside)).toHaveLength(6);
  expect(['x', '.x', '...', '..x', 'C:\\x', '/x'].filter(isBeside)).toEqual([]);
});

test('data on Windows: drives, shares and both separators', () => {
  const folders = { recipeFolder: 'C:\\r', dataFolder: 'D:\\data' };
  const where = (path: string): string => resolvePath(path, folders, win32);
  expect(['./x', '..\\x', 'maps', 'a/b'].map(where)).toEqual([
    'C:\\r\\x',
    'C:\\x',
    'D:\\data\\maps',
    'D:\\data\\a\\b',
  ]);
  for (const whole of ['E:\\maps', 'E:/maps', '\\\\nas\\share\\maps']) expect(where(whole)).toBe(whole);
});

test('what a recipe says of its own folder, a recipe elsewhere says as well', () => {
  const rebased = (text: string, from: string, to: string): unknown =>
    toJson(rebase(readYaml(new Source('a.yaml', text, '.'), new Findings())!, from, to, win32));
  const text = "{ a: ./maps, b: '..\\maps', c: [./.hidden], d: maps, e: 'E:\\maps', f: . }";
  expect(rebased(text, 'C:\\r\\base', 'C:\\r')).toEqual({
    a: './base/maps',
    b: './maps',
    c: ['./base/.hidden'],
    d: 'maps',
    e: 'E:\\maps',
    f: './base',
  });
  expect(rebased('{ a: ./maps }', 'D:\\base', 'C:\\r')).toEqual({ a: 'D:/base/maps' });
});
