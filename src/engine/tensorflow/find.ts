import { execFile } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { addedFolder, type Build, partsOf, readManifest } from './build.js';

/** A build that is there and cannot be used. */
export interface Unusable {
  readonly reason: string;
  readonly remedy: string;
}

const require = createRequire(import.meta.url);
const ADD = '`gan engine add tensorflow` makes one here';

/** The build that would be opened, or the reasons of those that cannot be; both absent where there is none at all. */
export async function findBuild(): Promise<{ build?: Build; unusable?: Unusable }> {
  const { build, unusable } = findAdded();
  if (build) return { build };
  for (const name of ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']) {
    const found = await findInstalled(name);
    if (found && 'addon' in found) return { build: found };
    if (found) return { unusable: unusable ?? found };
  }
  return unusable ? { unusable } : {};
}

/** Made by `gan engine add`, and tested then: what it says of itself is believed. */
function findAdded(): { build?: Build; unusable?: Unusable } {
  // Without a driver the GPU build computes on the processor, as the other one does in less memory.
  const order = hasNvidiaDriver() ? [true, false] : [false, true];
  let unusable: Unusable | undefined;
  for (const gpu of order) {
    const folder = addedFolder(gpu);
    const manifest = readManifest(folder);
    if (!manifest) continue;
    const { packageFolder, addon } = partsOf(folder);
    const again = `Build it again: gan engine add tensorflow${gpu ? ' --gpu' : ''} --force`;
    if (manifest.platform !== process.platform || manifest.arch !== process.arch) {
      unusable = {
        reason: `${folder} was built for ${manifest.platform} ${manifest.arch}, and this is ${process.platform} ${process.arch}`,
        remedy: again,
      };
    } else if (!existsSync(addon) || !existsSync(packageFolder)) {
      unusable = { reason: `files of ${folder} are missing`, remedy: again };
    } else {
      const origin = `gan engine add tensorflow${gpu ? ' --gpu' : ''}`;
      return { build: { origin, packageFolder, addon, gpu } };
    }
  }
  return unusable ? { unusable } : {};
}

/** A package that the user installed beside this one. */
async function findInstalled(name: string): Promise<Build | Unusable | undefined> {
  let packageFolder: string;
  try {
    packageFolder = dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
  const remedy = `Run \`npm rebuild ${name}\`, or \`npm uninstall ${name}\`: ${ADD}.`;
  if (
    realpathSync(createRequire(join(packageFolder, 'package.json')).resolve('@tensorflow/tfjs')) !==
    realpathSync(require.resolve('@tensorflow/tfjs'))
  ) {
    return {
      reason: `${name} uses a tfjs of its own, not this project's`,
      remedy: `Install the version this project uses: npm install ${name}@4.22.0`,
    };
  }
  const addon = newestAddon(join(packageFolder, 'lib'));
  if (addon === undefined) {
    return { reason: `${name} is installed, but its install script did not get libtensorflow`, remedy };
  }
  const build = { origin: name, packageFolder, addon, gpu: name.endsWith('-gpu') };
  const failure = await whyNotLoadable(addon);
  return failure === undefined
    ? build
    : { reason: `${name} is installed, but does not load: ${failure}`, remedy };
}

/** The addon for the newest Node-API that this Node speaks: `lib/napi-v8/tfjs_binding.node`. */
function newestAddon(lib: string): string | undefined {
  if (!existsSync(lib)) return undefined;
  const speaks = Number(process.versions.napi);
  return readdirSync(lib)
    .map((folder) => ({ version: Number(/^napi-v(\d+)$/.exec(folder)?.[1]), folder }))
    .filter(({ version }) => version <= speaks)
    .sort((a, b) => b.version - a.version)
    .map(({ folder }) => join(lib, folder, 'tfjs_binding.node'))
    .find((file) => existsSync(file));
}

/** Tried in another process: TensorFlow's threads are fixed once it is loaded, and a wrong library may end a process. */
async function whyNotLoadable(addon: string): Promise<string | undefined> {
  try {
    await promisify(execFile)(process.execPath, [
      '-e',
      `process.dlopen({ exports: {} }, process.argv[1])`,
      addon,
    ]);
    return undefined;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return /Error: (.*)/.exec(stderr ?? '')?.[1] ?? message;
  }
}

/** Whether the kernel's driver is there; a container without GPUs has none. */
export const hasNvidiaDriver = (): boolean =>
  ['/proc/driver/nvidia/version', '/dev/nvidiactl', '/dev/dxg'].some((file) => existsSync(file));
