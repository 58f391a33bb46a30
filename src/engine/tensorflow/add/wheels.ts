import { maxSatisfying } from '@renovatebot/pep440';
import { UserError } from '../../../core/errors.js';

/** A file of a package index (PEP 503, in the JSON form of PEP 691). */
export interface Wheel {
  readonly name: string;
  readonly url: string;
  readonly sha256: string;
  /** In bytes; 0 where the index does not say. */
  readonly size: number;
}

interface IndexFile {
  readonly filename: string;
  readonly url: string;
  readonly hashes: Readonly<Record<string, string>>;
  readonly size?: number;
  readonly yanked?: boolean | string;
}

const JSON_INDEX = 'application/vnd.pypi.simple.v1+json';

/** The index that pip would ask. */
const indexUrl = (): string => process.env['PIP_INDEX_URL'] ?? 'https://pypi.org/simple';

/**
 * The newest wheel of a project whose version satisfies a PEP 440 specifier and whose platform tag matches.
 * The Python version of the tag does not matter: no Python is involved.
 * @throws UserError where the index cannot be read, or has no such wheel.
 */
export async function findWheel(
  project: string,
  specifier: string,
  platform: RegExp,
  signal?: AbortSignal,
): Promise<Wheel> {
  const page = `${indexUrl().replace(/\/+$/, '')}/${project}/`;
  const files = await readIndex(page, signal);
  const wheels = files.filter(
    ({ filename, yanked }) => !yanked && filename.endsWith('.whl') && platform.test(filename.slice(0, -4)),
  );
  // A wheel is called project-version-python-abi-platform.
  const versionOf = ({ filename }: IndexFile) => filename.split('-')[1]!;
  const version = maxSatisfying([...new Set(wheels.map(versionOf))], specifier);
  const found = wheels.find((file) => versionOf(file) === version);
  if (!found) {
    throw new UserError(`${page} has no wheel ${project} ${specifier} for this machine.`, {
      remedy: `Wheels for ${process.platform} ${process.arch} are needed; another index can be named in PIP_INDEX_URL.`,
    });
  }
  const sha256 = found.hashes['sha256'];
  if (sha256 === undefined) {
    throw new UserError(`${page} gives no sha256 of ${found.filename}, so it cannot be checked.`, {
      remedy: 'Use an index that does, such as https://pypi.org/simple, in PIP_INDEX_URL.',
    });
  }
  return { name: found.filename, url: new URL(found.url, page).href, sha256, size: found.size ?? 0 };
}

async function readIndex(page: string, signal?: AbortSignal): Promise<IndexFile[]> {
  const response = await request(page, { headers: { accept: JSON_INDEX }, ...(signal ? { signal } : {}) });
  if (!response.headers.get('content-type')?.includes('json')) {
    throw new UserError(`${page} does not speak the JSON form of the package index (PEP 691).`, {
      remedy: 'Name an index that does in PIP_INDEX_URL, or unset it to use https://pypi.org/simple.',
    });
  }
  return ((await response.json()) as { files: IndexFile[] }).files;
}

/** @throws UserError with the address and the reason where there is no answer, or not a good one. */
export async function request(url: string, options: RequestInit): Promise<Response> {
  const remedy = 'Check the network; an index inside your network can be named in PIP_INDEX_URL.';
  let response: Response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    const { message, cause } = error as Error;
    throw new UserError(`${url} cannot be reached: ${cause instanceof Error ? cause.message : message}.`, {
      cause: error,
      remedy,
    });
  }
  if (response.ok) return response;
  throw new UserError(`${url} answered ${response.status} ${response.statusText}.`.replace(' .', '.'), {
    remedy,
  });
}
