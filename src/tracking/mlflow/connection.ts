import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { MlflowError } from './error.js';

/** Where a server is and how it is talked to. */
export interface Connection {
  /** With the path that `--static-prefix` put before it; without credentials and without a slash at the end. */
  readonly uri: string;
  /** Value of the Authorization header. */
  readonly authorization?: string;
  /** PEM file of authorities to trust in place of the usual ones, as MLflow's own client does. */
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

/** What Node's TLS is given. @throws MlflowError where a file cannot be read or is no PEM file. */
export function tlsOptions({ caFile, clientCertFile, insecure }: Connection) {
  const client = clientCertFile === undefined ? undefined : readPem(clientCertFile);
  return {
    ...(caFile === undefined ? {} : checked(caFile, { ca: readPem(caFile) })),
    ...(client === undefined ? {} : checked(clientCertFile!, { cert: client, key: client })),
    ...(insecure ? { rejectUnauthorized: false } : {}),
  };
}

/** Tried out, since what is wrong with a file would otherwise show as a server that cannot be reached. */
function checked<O extends SecureContextOptions>(file: string, options: O): O {
  try {
    createSecureContext(options);
    return options;
  } catch (error) {
    throw badPem(file, error);
  }
}

function readPem(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error('there is no certificate in it');
    return text;
  } catch (error) {
    throw badPem(file, error);
  }
}

function badPem(file: string, error: unknown): MlflowError {
  const why = error instanceof Error ? error.message : String(error);
  return new MlflowError('settings', `The certificate ${file} cannot be read: ${why}.`, {
    cause: error,
    remedy:
      'MLFLOW_TRACKING_SERVER_CERT_PATH names a PEM file of certificates, MLFLOW_TRACKING_CLIENT_CERT_PATH one with a certificate and its key.',
  });
}
