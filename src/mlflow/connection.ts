import { readFileSync } from 'node:fs';
import { MlflowError } from './error.js';

/** Where a server is and how it is talked to. */
export interface Connection {
  /** With the path that `--static-prefix` put before it; without credentials and without a slash at the end. */
  readonly uri: string;
  /** Value of the Authorization header. */
  readonly authorization?: string;
  /** PEM file of certificates to trust beside the system's. */
  readonly caFile?: string;
  /** PEM file with a client's certificate and key. */
  readonly clientCertFile?: string;
  /** Takes any certificate. */
  readonly insecure?: boolean;
  /** Milliseconds until a request without an answer has failed. */
  readonly timeout: number;
}

/** Milliseconds; a server behind a slow disk takes seconds for a batch. */
const TIMEOUT = 30_000;
const YES = /^(1|true|yes|on)$/i;

/** MLflow's own variables, as its Python client reads them. */
export function connectionFromEnvironment(given: string, env: NodeJS.ProcessEnv = process.env): Connection {
  const url = parseUri(given);
  const text = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const seconds = Number(text('MLFLOW_HTTP_REQUEST_TIMEOUT'));
  const caFile = text('MLFLOW_TRACKING_SERVER_CERT_PATH');
  const clientCertFile = text('MLFLOW_TRACKING_CLIENT_CERT_PATH');
  const authorization = authorizationOf(
    text('MLFLOW_TRACKING_USERNAME') ?? (decodeURIComponent(url.username) || undefined),
    text('MLFLOW_TRACKING_PASSWORD') ?? (decodeURIComponent(url.password) || undefined),
    text('MLFLOW_TRACKING_TOKEN'),
  );
  return {
    uri: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    ...(authorization === undefined ? {} : { authorization }),
    ...(caFile === undefined ? {} : { caFile }),
    ...(clientCertFile === undefined ? {} : { clientCertFile }),
    insecure: YES.test(text('MLFLOW_TRACKING_INSECURE_TLS') ?? ''),
    timeout: seconds > 0 ? seconds * 1000 : TIMEOUT,
  };
}

/** A password wins over a token, as in MLflow. */
function authorizationOf(
  username: string | undefined,
  password: string | undefined,
  token: string | undefined,
): string | undefined {
  if (username !== undefined && password !== undefined)
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return token === undefined ? undefined : `Bearer ${token}`;
}

function parseUri(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new MlflowError(
    'settings',
    `The tracking URI "${withoutCredentials(given)}" is no http:// or https:// address.`,
    {
      remedy: 'Give the address of an MLflow server; `gan ui` starts one here.',
    },
  );
}

/** For messages. */
function withoutCredentials(uri: string): string {
  return uri.replace(/\/\/[^/@]*@/, '//');
}

/** What Node's TLS is given. @throws MlflowError where a file cannot be read. */
export function tlsOptions({ caFile, clientCertFile, insecure }: Connection) {
  const client = clientCertFile === undefined ? undefined : readPem(clientCertFile);
  return {
    ...(caFile === undefined ? {} : { ca: readPem(caFile) }),
    ...(client === undefined ? {} : { cert: client, key: client }),
    ...(insecure ? { rejectUnauthorized: false } : {}),
  };
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new MlflowError('settings', `The certificate ${file} cannot be read: ${String(error)}.`, {
      cause: error,
      remedy: 'MLFLOW_TRACKING_SERVER_CERT_PATH and MLFLOW_TRACKING_CLIENT_CERT_PATH name PEM files.',
    });
  }
}
