import { UserError } from '../../../core/errors.js';

/** The version whose headers and libraries tfjs-node 4.22's addon was tried with. */
export const TENSORFLOW = '2.21.0';

/** What is fetched for a machine. */
export interface Target {
  /** Project of the package index. */
  readonly project: string;
  /** Platform tags that run here. */
  readonly platform: RegExp;
  /** Extra of the project whose requirements hold further libraries. */
  readonly extra?: string;
  /**
   * Estimates before the download: the size of the wheels, and of what is kept of them. Measured on Linux x64; the
   * others' share that is kept is estimated.
   */
  readonly downloadBytes: number;
  readonly diskBytes: number;
}

const targets: Readonly<Record<string, Target>> = {
  'linux x64': {
    project: 'tensorflow-cpu',
    platform: /-manylinux\S*_x86_64$/,
    downloadBytes: 275e6,
    diskBytes: 865e6,
  },
  // tensorflow-cpu has no wheels for these two; their tensorflow is built for the processor alone.
  'linux arm64': {
    project: 'tensorflow',
    platform: /-manylinux\S*_aarch64$/,
    downloadBytes: 282e6,
    diskBytes: 895e6,
  },
  'darwin arm64': {
    project: 'tensorflow',
    platform: /-macosx\S*_arm64$/,
    downloadBytes: 224e6,
    diskBytes: 750e6,
  },
  'linux x64 gpu': {
    project: 'tensorflow',
    platform: /-manylinux\S*_x86_64$/,
    extra: 'and-cuda',
    downloadBytes: 3.4e9,
    diskBytes: 6e9,
  },
};

/** @throws UserError where there is no build of TensorFlow for this machine. */
export function targetHere(gpu: boolean): Target {
  const system = `${process.platform} ${process.arch}`;
  const target = targets[gpu ? `${system} gpu` : system];
  if (!target) {
    throw new UserError(
      `TensorFlow has no ${gpu ? 'GPU build' : 'build'} that can be added on ${system}: there are ${Object.keys(targets).join(', ')}.`,
      {
        remedy:
          gpu && targets[system]
            ? 'Leave out --gpu to compute on the processor.'
            : "Use engine 'ort', which runs here from npm alone.",
        exitCode: 2,
      },
    );
  }
  // The wheels are built against glibc; Alpine's musl cannot load them.
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  if (process.platform === 'linux' && header.glibcVersionRuntime === undefined) {
    throw new UserError('TensorFlow is built for glibc, and this system has another C library.', {
      remedy: "Use engine 'ort', or a distribution with glibc (Debian, Ubuntu, Fedora, ...).",
      exitCode: 2,
    });
  }
  return target;
}
