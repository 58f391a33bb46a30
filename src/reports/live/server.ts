import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../core/errors.js';
import { isFileError, reason } from '../../record/index.js';
import { LIVE_SCRIPT } from '../browser/live.generated.js';
import type { Snapshot } from '../browser/data.js';
import { networksPictures } from '../run/networks.js';
import { STYLE } from '../shell/style.js';
import { readLibrary } from '../shell/library.js';
import { LiveRun } from './live-run.js';
import { renderLivePage, snapshotOf } from './page.js';

export interface WatchOptions {
  /** Absolute folder of the run. */
  readonly folder: string;
  /** Address to listen on; default: 127.0.0.1. */
  readonly host?: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface Dashboard {
  readonly url: string;
  close(): Promise<void>;
}

const POLL_INTERVAL_MS = 1000;
const LOOPBACK = '127.0.0.1';
const TYPES: Readonly<Record<string, string>> = { '.svg': 'image/svg+xml' };
/** The page runs only its own scripts and shows only its own pictures, even if a run's texts contain HTML. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

/**
 * Serves a run's live page until it is closed. It serves that page, its scripts, the samples that the journal names and
 * the picture of the networks, and no other file. On the default host it answers only to names of this machine, so that a
 * site open in the browser cannot read it through a host name of its own (DNS rebinding).
 * @throws UserError where it cannot listen on the address.
 */
export async function serveRun({ folder, host = LOOPBACK, port }: WatchOptions): Promise<Dashboard> {
  const root = await realpath(folder);
  const run = await LiveRun.open(root);
  const library = await readLibrary();
  const texts: Readonly<Record<string, readonly [type: string, text: string]>> = {
    '/uplot.js': ['text/javascript', library.script],
    '/uplot.css': ['text/css', library.style],
    '/style.css': ['text/css', STYLE],
    '/live.js': ['text/javascript', LIVE_SCRIPT],
  };
  const listeners = new Set<ServerResponse>();
  let sent = '';

  const snapshot = async (): Promise<Snapshot> => {
    const digest = run.digest();
    return snapshotOf(digest, await run.picturesOf(digest), run.left(digest));
  };

  const pictureAt = async (path: string): Promise<string | undefined> => {
    const named = [...run.digest().samples, ...(await networksPictures(root))];
    const found = named.find(({ file }) => `/${file}` === path);
    return found && within(root, found.file);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!answersTo(request.headers.host, host)) {
      sendError(response, 403, 'This address is not served here.');
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendError(response, 405, 'Only GET.');
      return;
    }
    const path = pathOf(request.url);
    if (path === '/') {
      await run.advance();
      const networks = await networksPictures(root);
      send(response, 'text/html', renderLivePage(run.digest(), await snapshot(), networks));
      return;
    }
    const text = texts[path];
    if (text) {
      send(response, ...text);
      return;
    }
    if (path === '/events') {
      response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream' });
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
      response.write(`data: ${JSON.stringify(await snapshot())}\n\n`);
      return;
    }
    const file = await pictureAt(path);
    if (file === undefined) {
      sendError(response, 404, 'There is nothing here.');
      return;
    }
    response.writeHead(200, { ...HEADERS, 'Content-Type': TYPES[extname(file)] ?? 'image/png' });
    await pipeline(createReadStream(file), response);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // An answer whose head is sent cannot become an error: the broken connection tells the client.
      if (response.headersSent) response.destroy();
      else sendError(response, 500, error instanceof Error ? error.message : String(error));
    });
  });
  await listen(server, host, port);

  const poll = async (): Promise<void> => {
    await run.advance();
    if (listeners.size === 0) return;
    // Compared as a whole: when a process is killed, the status changes without a line in the journal.
    const message = JSON.stringify(await snapshot());
    if (message === sent) return;
    sent = message;
    for (const listener of listeners) listener.write(`data: ${message}\n\n`);
  };
  let polling = Promise.resolve();
  const timer = setInterval(() => {
    // A failure, for example while the folder is being moved, is tried again the next time.
    polling = polling.then(() => poll()).catch(() => undefined);
  }, POLL_INTERVAL_MS);

  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${isIP(host) === 6 ? `[${host}]` : host}:${actual}/`,
    async close() {
      clearInterval(timer);
      await polling;
      for (const listener of listeners) listener.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A file's real path, if it lies within the folder, links followed. */
async function within(root: string, file: string): Promise<string | undefined> {
  try {
    const path = await realpath(join(root, file));
    return path.startsWith(`${root}${sep}`) ? path : undefined;
  } catch (error) {
    if (isFileError(error)) return undefined;
    throw error;
  }
}

/** On the loopback address only names of this machine are served; on any other the names cannot be known. */
function answersTo(header: string | undefined, host: string): boolean {
  if (!isLoopback(host)) return true;
  try {
    return header !== undefined && isLoopback(new URL(`http://${header}`).hostname.replace(/^\[|\]$/g, ''));
  } catch {
    return false;
  }
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

function pathOf(url = '/'): string {
  try {
    return decodeURIComponent(new URL(url, 'http://here').pathname);
  } catch {
    return '';
  }
}

function send(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { ...HEADERS, 'Content-Type': `${type}; charset=utf-8` }).end(text);
}

function sendError(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve);
    });
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw new UserError(
      error.code === 'EADDRINUSE'
        ? `Port ${port} is taken.`
        : `The dashboard cannot listen on ${host}:${port}: ${reason(error)}.`,
      {
        remedy: 'Choose another with --port; 0 takes one that is free.',
        exitCode: 2,
        cause: error,
      },
    );
  }
}
