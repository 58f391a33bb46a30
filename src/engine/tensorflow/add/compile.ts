import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../core/errors.js';
import type { partsOf } from '../build.js';
import { lastLines, runCommand } from './command.js';

/** @returns a C++ compiler of this machine. @throws UserError where there is none. */
export async function findCompiler(signal?: AbortSignal): Promise<string> {
  const chosen = process.env['CXX'];
  for (const program of chosen ? [chosen] : ['g++', 'clang++', 'c++']) {
    const result = await runCommand(program, ['--version'], signal ? { signal } : {}).catch(() => undefined);
    signal?.throwIfAborted();
    if (result?.code === 0) return program;
  }
  throw new UserError(
    chosen ? `The C++ compiler ${chosen}, named in CXX, does not run.` : 'No C++ compiler is installed.',
    {
      remedy:
        process.platform === 'darwin'
          ? 'Install one: xcode-select --install'
          : 'Install one: apt install g++ (Debian, Ubuntu), dnf install gcc-c++ (Fedora), pacman -S gcc (Arch).',
    },
  );
}

/**
 * Every result of a step is freed and allocated again. As it is, glibc gives such large blocks back to the system, which
 * clears their pages anew each time: an eighth of a step of the reference recipe. Here they are kept.
 */
const MEMORY = `#ifdef __linux__
#include <malloc.h>
__attribute__((constructor)) static void KeepFreedMemory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 0x7fffffff);
  mallopt(M_TOP_PAD, 64 << 20);
}
#endif
`;

/**
 * Builds tfjs-node's addon, beside the libraries, from its own unmodified sources (its binding.gyp says the same) and
 * the few lines above.
 */
export async function compileAddon(
  compiler: string,
  folder: string,
  { packageFolder, site, addon }: ReturnType<typeof partsOf>,
  signal?: AbortSignal,
): Promise<void> {
  const libraries = join(site, 'tensorflow');
  const mac = process.platform === 'darwin';
  const memory = join(folder, 'memory.cc');
  await writeFile(memory, MEMORY);
  const args = [
    ...['-std=gnu++17', '-O2', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8'],
    `-I${join(folder, 'node_modules', 'node-api-headers', 'include')}`,
    `-I${join(libraries, 'include')}`,
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(packageFolder, 'binding', name)),
    memory,
    ...libraryNames().map((name) => join(libraries, name)),
    ...(mac ? ['-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path'] : ['-Wl,-rpath,$ORIGIN']),
    ...['-o', addon],
  ];
  const { code, output } = await runCommand(compiler, args, signal ? { signal } : {});
  if (code === 0) return;
  throw new UserError(`${compiler} could not build tfjs-node's addon:\n  ${lastLines(output)}`, {
    remedy:
      'A compiler that knows C++17 is needed (GCC 8, Clang 7 or newer); another one can be named in CXX.',
  });
}

/** TensorFlow's libraries, as its wheel names them. */
function libraryNames(): string[] {
  return ['tensorflow_cc', 'tensorflow_framework'].map((name) =>
    process.platform === 'darwin' ? `lib${name}.2.dylib` : `lib${name}.so.2`,
  );
}
