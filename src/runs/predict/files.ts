import { stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { UserError } from '../../core/errors.js';
import { listImages } from '../../data/node.js';

export interface NamedFile {
  readonly file: string;
  /** Without extension; inside a folder given, the path below it. */
  readonly name: string;
}

/** Files and the names of the pictures made of them: inside a folder given, the same paths again. */
export async function findFiles(files: readonly string[]): Promise<readonly NamedFile[]> {
  const found: NamedFile[] = [];
  for (const given of files) {
    const path = resolve(given);
    const kind = await stat(path).catch(() => undefined);
    if (!kind)
      throw new UserError(`There is no ${given}.`, {
        exitCode: 2,
        remedy: 'Name images, or folders of them.',
      });
    const inside = kind.isDirectory() ? await listImages(path) : undefined;
    if (inside?.length === 0) throw new UserError(`There are no images in ${given}.`, { exitCode: 2 });
    for (const name of inside ?? [basename(path)]) {
      found.push({ file: inside ? join(path, name) : path, name: name.slice(0, -extname(name).length) });
    }
  }
  const twice = found.find((a, i) => found.findIndex((b) => b.name === a.name) !== i);
  if (twice) {
    throw new UserError(`Two of the images would become ${twice.name}.png.`, {
      exitCode: 2,
      remedy: 'Name their folders instead of the files, or run predict twice with two --out.',
    });
  }
  return found;
}
