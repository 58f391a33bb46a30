import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../core/errors.js';
import type { AddEvent, AddOptions, AddResult } from '../../definition.js';
import { addedFolder, enginesFolder, type Manifest, manifestFile, partsOf, readManifest } from '../build.js';
import { compileAddon, findCompiler } from './compile.js';
import { download } from './download.js';
import { installPackages } from './packages.js';
import { requirementsOf } from './requirements.js';
import { selfTest } from './self-test-process.js';
import { type Target, targetHere, TENSORFLOW } from './target.js';
import { readMetadata, unpack } from './unpack.js';
import { findWheel, type Wheel } from './wheels.js';
import { install, openWorkplace, requireRoom, sizeOfFolder } from './workplace.js';

/**
 * Makes an engine of TensorFlow's PyPI wheel and tfjs-node's sources: fetch, unpack, compile, test, move into place.
 * Nothing outside the engines' folder is touched, and an interrupted or failed try leaves nothing there.
 */
export async function addTensorflow(options: AddOptions): Promise<AddResult> {
  const { gpu, force, signal, report } = options;
  const target = targetHere(gpu);
  const engines = enginesFolder();
  const folder = addedFolder(gpu);
  const present = readManifest(folder);
  if (present?.tensorflow === TENSORFLOW && !force) return { folder, built: false, bytes: present.bytes };

  // What can be known to fail is found out before anything large is fetched.
  const compiler = await findCompiler(signal);
  const wheel = await findWheel(target.project, `==${TENSORFLOW}`, target.platform, signal);
  await requireRoom(engines, target.downloadBytes + target.diskBytes);
  report({ type: 'start', downloadBytes: target.downloadBytes, diskBytes: target.diskBytes, folder });

  const workplace = await openWorkplace(engines).catch(explainDisk);
  try {
    const made = addedFolder(gpu, workplace);
    const parts = partsOf(made);
    report({ type: 'phase', text: 'installing tfjs-node from npm' });
    await installPackages(made, signal);
    await fetchWheels(wheel, target, workplace, parts.site, { report, signal });
    report({ type: 'phase', text: `compiling the addon with ${compiler}` });
    await compileAddon(compiler, made, parts, signal);
    // Headers have done their work.
    await rm(join(parts.site, 'tensorflow', 'include'), { recursive: true });
    await rm(join(made, 'node_modules', 'node-api-headers'), { recursive: true });
    const bytes = await sizeOfFolder(made);
    const manifest: Manifest = {
      tensorflow: TENSORFLOW,
      platform: process.platform,
      arch: process.arch,
      gpu,
      bytes,
    };
    await writeFile(manifestFile(made), `${JSON.stringify(manifest, undefined, 2)}\n`);
    report({ type: 'phase', text: 'testing it against plain JavaScript' });
    await selfTest(workplace, signal);
    await install(made, folder, workplace);
    return { folder, built: true, bytes };
  } catch (error) {
    return explainDisk(error);
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
}

/** Each wheel is gone again once what is needed of it is unpacked. */
async function fetchWheels(
  first: Wheel,
  target: Target,
  workplace: string,
  site: string,
  { report, signal }: { report: (event: AddEvent) => void; signal: AbortSignal | undefined },
): Promise<void> {
  const wheels = [first];
  let bytes = 0;
  for (let i = 0; i < wheels.length; i++) {
    const wheel = wheels[i]!;
    report({ type: 'phase', text: `downloading ${wheel.name}` });
    const total = Math.max(
      target.downloadBytes,
      wheels.reduce((sum, { size }) => sum + size, 0),
    );
    const arrived = (piece: number) => report({ type: 'progress', bytes: (bytes += piece), total });
    const file = await download(wheel, workplace, arrived, signal);
    if (i === 0 && target.extra !== undefined) {
      for (const { project, specifier } of requirementsOf(await readMetadata(file), target.extra)) {
        wheels.push(await findWheel(project, specifier, target.platform, signal));
      }
    }
    report({ type: 'phase', text: `unpacking ${wheel.name}` });
    await unpack(file, site, isNeeded, signal);
    await rm(file);
  }
}

const TENSORFLOW_FILES =
  /^tensorflow\/(libtensorflow_(cc|framework)\.(so\.2|2\.dylib)|include\/(tensorflow\/c|tensorflow\/core\/platform|tsl\/platform|tsl\/c|xla\/tsl\/c)\/.*\.h)$/;
/** Of NVIDIA's wheels the libraries, and what TensorFlow compiles GPU kernels with. */
const NVIDIA_FILES = /^nvidia\/(\w+\/lib\/.*\.so[.\d]*|cuda_nvcc\/(bin\/ptxas|nvvm\/libdevice\/.*))$/;

const isNeeded = (name: string): boolean => TENSORFLOW_FILES.test(name) || NVIDIA_FILES.test(name);

/** The disk's own errors, as a person can mend them. */
function explainDisk(error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  const remedy = 'Name another folder in GAN_ENGINE_FOLDER.';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    throw new UserError('The disk is full.', { cause: error, remedy: `Make room. ${remedy}` });
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
    throw new UserError(`The engine's folder cannot be written: ${message}.`, { cause: error, remedy });
  throw error;
}
