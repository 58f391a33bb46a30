import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { GitState, StartEvent } from '../../core/events.js';

const execute = promisify(execFile);
/** Milliseconds; a repository on a slow network disk is not worth waiting for. */
const GIT_TIMEOUT_MS = 2000;

/** Who runs what: for the record. */
export async function describeOrigin(
  recipeFolder: string,
  recipe: string | undefined,
): Promise<Pick<StartEvent, 'user' | 'source' | 'git'>> {
  const git = await describeGit(recipeFolder);
  const user = userName();
  return {
    ...(user === undefined ? {} : { user }),
    ...(recipe === undefined ? {} : { source: resolve(recipe) }),
    ...(git === undefined ? {} : { git }),
  };
}

/** The commit that a folder stands at; undefined outside a repository, or without git. */
async function describeGit(folder: string): Promise<GitState | undefined> {
  const git = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await execute('git', ['-C', folder, ...args], { timeout: GIT_TIMEOUT_MS });
    return stdout.trim();
  };
  try {
    const [commit, branch, changes, repository] = await Promise.all([
      git('rev-parse', 'HEAD'),
      git('rev-parse', '--abbrev-ref', 'HEAD'),
      git('status', '--porcelain', '--untracked-files=no'),
      git('remote', 'get-url', 'origin').catch(() => ''),
    ]);
    return {
      commit,
      // On no branch it answers HEAD.
      ...(branch === 'HEAD' ? {} : { branch }),
      ...(repository === '' ? {} : { repository: withoutCredentials(repository) }),
      modified: changes !== '',
    };
  } catch {
    return undefined;
  }
}

const withoutCredentials = (url: string): string => url.replace(/^(\w+:\/\/)[^/@]*@/, '$1');

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no name.
    return undefined;
  }
}
