import type { Readable } from 'node:stream';
import { API } from './api.js';
import { MlflowError } from './error.js';
import type { Http } from './http.js';
import { artifactsSchema, type Run } from './types.js';

const ARTIFACTS = 'api/2.0/mlflow-artifacts/artifacts';

/** Files of runs, by way of the server. Paths are below the run's artifacts, with `/`. All of it may be repeated. */
export class Artifacts {
  constructor(private readonly http: Http) {}

  /** Uploads one file. @throws MlflowError of kind `artifacts` where the server takes no files itself. */
  async put(run: Run, path: string, content: Buffer | Readable): Promise<void> {
    await this.http.send({ method: 'PUT', path: addressOf(run, path), body: content });
  }

  /** A file's content, as it comes. @throws MlflowError of kind `missing` where there is none. */
  get(run: Run, path: string): Promise<Readable> {
    return this.http.download({ method: 'GET', path: addressOf(run, path) });
  }

  /** Removes a file. @throws MlflowError */
  async remove(run: Run, path: string): Promise<void> {
    await this.http.send({ method: 'DELETE', path: addressOf(run, path) });
  }

  /** What lies in a folder, with sizes in bytes. */
  async list(runId: string, path = ''): Promise<readonly { path: string; size: number; folder: boolean }[]> {
    const { files = [] } = await this.http.json(artifactsSchema, {
      method: 'GET',
      path: `${API}/artifacts/list`,
      query: { run_id: runId, ...(path === '' ? {} : { path }) },
    });
    return files.map((file) => ({
      path: file.path,
      size: Number(file.file_size ?? 0),
      folder: file.is_dir ?? false,
    }));
  }
}

function addressOf(run: Run, path: string): string {
  const root = artifactRoot(run.info.artifact_uri);
  // The server decodes once more than it should; these two it then takes for something else.
  const safe = path.replace(/[%#?\\]/g, '_');
  return `${ARTIFACTS}/${`${root}/${safe}`.split('/').map(encodeURIComponent).join('/')}`;
}

/** The path that the server gave the run: only it knows whether and where files go. */
function artifactRoot(uri: string): string {
  const [, path] = /^mlflow-artifacts:(?:\/\/[^/]*)?\/+(.+)$/.exec(uri) ?? [];
  if (path !== undefined) return path.replace(/\/+$/, '');
  throw new MlflowError('artifacts', `This MLflow server takes no files: it expects them in ${uri}.`, {
    remedy: 'Start it with --artifacts-destination; metrics are sent all the same.',
  });
}
