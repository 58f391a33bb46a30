import { MlflowError } from './error.js';

/** An answer that is no success, read as far as it can be. */
export interface FailedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** Of the Retry-After header. */
  readonly retryAfter: string | undefined;
  /** Where the request went, for messages. */
  readonly uri: string;
  readonly path: string;
}

const FULL_DISK = /disk is full|no space left|ENOSPC|disk quota exceeded|errno 28\b/i;

/** @returns what an answer with a status of 300 or more means. */
export function failureOf(answer: FailedAnswer): MlflowError {
  const { status, text, uri, path } = answer;
  const { code, message } = detail(answer);
  const reply = message === '' ? `status ${status}` : shorten(message);
  if (status === 403 && /invalid host header/i.test(text)) {
    const host = new URL(uri).host;
    return new MlflowError('host', `MLflow at ${uri} does not answer to the name ${host}.`, {
      remedy: `Start it with --allowed-hosts ${host}, or call it by a name that it knows.`,
    });
  }
  if (status === 401) {
    return new MlflowError('unauthorized', `MLflow at ${uri} does not know who is asking (401).`, {
      remedy: 'Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.',
    });
  }
  if (status === 403) {
    return new MlflowError('forbidden', `MLflow at ${uri} forbids this user to write (403): ${reply}`, {
      remedy: 'Ask its administrator for EDIT permission on the experiment.',
    });
  }
  if (status === 400 && /required SSL certificate|SSL certificate error/i.test(text)) {
    return new MlflowError(
      'tls',
      `What stands before MLflow at ${uri} wants a certificate of yours, or another.`,
      {
        remedy: `Know that ${CLIENT_CERTIFICATE}`,
      },
    );
  }
  if (FULL_DISK.test(text)) {
    return new MlflowError('disk', `The disk of MLflow at ${uri} is full: ${reply}`, {
      remedy: 'Make room there; what is missing is sent as soon as it can be.',
    });
  }
  if (status === 429 || status === 503) {
    const retryAfter = retryAfterMs(answer.retryAfter);
    return new MlflowError(
      status === 429 ? 'throttled' : 'server',
      `MLflow at ${uri} is too busy (${status}).`,
      {
        ...(retryAfter === undefined ? {} : { retryAfter }),
      },
    );
  }
  if (status >= 500) {
    return new MlflowError('server', `MLflow at ${uri} failed (${status}): ${reply}`, {
      remedy: 'Its log says why; a full disk shows there as `No space left on device`.',
    });
  }
  if (/current state is deleted/i.test(message)) return new MlflowError('deleted', reply);
  if (code === 'RESOURCE_ALREADY_EXISTS') return new MlflowError('exists', reply);
  if (code === 'RESOURCE_DOES_NOT_EXIST') return new MlflowError('missing', reply);
  if (code !== undefined) return new MlflowError('invalid', `MLflow at ${uri} refuses ${path}: ${reply}`);
  return foreign(uri, `${path} was answered with ${status}`);
}

export function foreign(uri: string, what: string): MlflowError {
  return new MlflowError('foreign', `What answers at ${uri} is no MLflow server: ${what}.`, {
    remedy: 'Check the tracking URI, with the path before it where the server has --static-prefix.',
  });
}

/** The server's own words, where it is the server that speaks: proxies before it answer in HTML. */
function detail({ contentType, text }: FailedAnswer): { code: string | undefined; message: string } {
  if (contentType.includes('json')) {
    try {
      const body: unknown = JSON.parse(text);
      if (typeof body === 'object' && body !== null) {
        const { error_code: code, message } = body as Record<string, unknown>;
        return {
          code: typeof code === 'string' ? code : undefined,
          message: typeof message === 'string' ? message : '',
        };
      }
    } catch {
      // Cut off on its way: the status alone speaks.
    }
  }
  return { code: undefined, message: contentType.includes('html') ? '' : text };
}

const shorten = (text: string): string => {
  const [line = ''] = text.trim().split('\n');
  return line.length > 300 ? `${line.slice(0, 300)} ...` : line;
};

function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** @returns what an error of the connection means. */
export function transportFailure(error: unknown, uri: string, timeout: number): MlflowError {
  const { code, name, message } = rootOf(error);
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ERR_TLS|ERR_SSL|EPROTO/.test(code)) {
    return new MlflowError('tls', `No secure connection to MLflow at ${uri}: ${message} (${code}).`, {
      cause: error,
      remedy: tlsRemedy(code, uri),
    });
  }
  const slow = /Timeout/.test(name) || /TIMEOUT|TIMEDOUT/.test(code);
  const why = slow
    ? `no answer within ${Math.round(timeout / 1000)} s`
    : (REASONS[code] ?? `${message}${code === '' ? '' : ` (${code})`}`);
  // Who is not let in by TLS 1.3 hears of it only as a connection that is cut.
  const maybeClient = code === 'UND_ERR_SOCKET' && uri.startsWith('https:');
  return new MlflowError('unreachable', `MLflow at ${uri} cannot be reached: ${why}.`, {
    cause: error,
    ...(maybeClient ? { remedy: `If it goes on: ${CLIENT_CERTIFICATE}` } : {}),
  });
}

const CLIENT_CERTIFICATE =
  'a server that asks for a certificate of yours finds it in MLFLOW_TRACKING_CLIENT_CERT_PATH, a PEM file with certificate and key.';

function tlsRemedy(code: string, uri: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'Call it by a name that its certificate has.';
  if (code === 'CERT_HAS_EXPIRED') return 'Its certificate has to be renewed.';
  if (/ALERT/.test(code)) return `Perhaps ${CLIENT_CERTIFICATE}`;
  if (/EPROTO|WRONG_VERSION|PACKET_LENGTH/.test(code))
    return `Check whether the server speaks https at all: ${uri.replace('https:', 'http:')}.`;
  return "Name its authority's certificate, a PEM file, in MLFLOW_TRACKING_SERVER_CERT_PATH; MLFLOW_TRACKING_INSECURE_TLS=true trusts anybody.";
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  ENOTFOUND: 'there is no such host (ENOTFOUND)',
  EAI_AGAIN: 'its name cannot be looked up just now (EAI_AGAIN)',
  ECONNRESET: 'the connection was cut (ECONNRESET)',
  UND_ERR_SOCKET: 'the connection was cut',
};

/** Connections tried over several addresses report an error of errors. */
function rootOf(error: unknown): { code: string; name: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  if (!(error instanceof Error)) return { code: '', name: '', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, name: error.name, message: error.message };
}
