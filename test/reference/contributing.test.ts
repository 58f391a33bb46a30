import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

test('the loss that CONTRIBUTING.md shows is the file that it names', async () => {
  const page = await readFile('CONTRIBUTING.md', 'utf8');
  const [, path, code] = /`(src\/losses\/[a-z-]+\.ts)`:\n\n```ts\n([^]*?)```/.exec(page)!;
  expect(code).toBe(await readFile(path!, 'utf8'));
});
