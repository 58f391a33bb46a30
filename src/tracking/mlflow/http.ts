import type { Readable } from 'node:stream';
import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { type Connection, tlsOptions } from './connection.js';
import { failureOf, foreign, transportFailure } from './failure.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below the server's address. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly json?: unknown;
  readonly body?: Buffer | Readable;
}

/** Requests to one server, one answer each: an answer's JSON or an MlflowError. Tries nothing twice. */
export class Http {
  private readonly dispatcher: Dispatcher;

  constructor(readonly connection: Connection) {
    const { timeout } = connection;
    const connect = { ...tlsOptions(connection), timeout: Math.min(timeout, 10_000) };
    // MLflow's server closes what was idle for 5 s, and undici counts in whole seconds, later under load: a request on a
    // connection that the server just closed would be lost.
    const keepAliveTimeout = 2000;
    const options = { connect, headersTimeout: timeout, bodyTimeout: timeout, keepAliveTimeout };
    this.dispatcher = usesProxy(connection.uri)
      ? new EnvHttpProxyAgent({ ...options, requestTls: connect })
      : new Agent(options);
  }

  /** @returns the answer's JSON, checked. @throws MlflowError */
  async json<S extends TSchema>(schema: S, asked: HttpRequest): Promise<Static<S>> {
    const text = await this.send(asked);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    if (!Check(schema, value)) {
      throw foreign(this.connection.uri, `${asked.path} was answered with "${text.trim().slice(0, 60)}"`);
    }
    return value;
  }

  /** @returns the answer's text. @throws MlflowError */
  async send(asked: HttpRequest): Promise<string> {
    const { uri, timeout } = this.connection;
    // Of an answer that trickles in: the agent's own limits begin anew with every byte.
    const answer = await this.ask(asked, AbortSignal.timeout(2 * timeout));
    try {
      return await answer.text();
    } catch (error) {
      throw transportFailure(error, uri, timeout);
    }
  }

  /** @returns the answer's bytes as they come, however many; reading them fails where they stop coming. @throws MlflowError */
  download(asked: HttpRequest): Promise<Readable> {
    return this.ask(asked);
  }

  private async ask(asked: HttpRequest, signal?: AbortSignal): Promise<Dispatcher.ResponseData['body']> {
    const { uri, authorization, timeout } = this.connection;
    const { method, path, query = {}, json, body } = asked;
    const url = new URL(`${uri}/${path}`);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, String(value));
    let answer;
    let text;
    try {
      answer = await request(url, {
        method,
        dispatcher: this.dispatcher,
        headers: {
          accept: 'application/json',
          ...(authorization === undefined ? {} : { authorization }),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: json === undefined ? (body ?? null) : JSON.stringify(json),
        ...(signal === undefined ? {} : { signal }),
      });
      if (answer.statusCode < 300) return answer.body;
      text = await answer.body.text();
    } catch (error) {
      throw transportFailure(error, uri, timeout);
    }
    const header = (name: string): string | undefined => {
      const value = answer.headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    throw failureOf({
      status: answer.statusCode,
      contentType: header('content-type') ?? '',
      retryAfter: header('retry-after'),
      text,
      uri,
      path,
    });
  }

  /** Cuts what is under way. */
  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }
}

/** Whether the environment names a proxy for that kind of address. */
export function usesProxy(uri: string, env: NodeJS.ProcessEnv = process.env): boolean {
  const name = uri.startsWith('https:') ? 'https_proxy' : 'http_proxy';
  return (env[name] ?? env[name.toUpperCase()] ?? '') !== '';
}
