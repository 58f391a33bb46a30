import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { move } from '../../core/node/move.js';
import type { EndEvent } from '../../core/events.js';
import { ensureFolder } from '../../record/index.js';

/** A picture that has yet to be sent. */
export interface WaitingPicture {
  /** Relative to the run's folder. */
  readonly file: string;
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/**
 * How far a run has been delivered to one server: what the journal holds before `offset` is there. It is written after
 * each delivery, so a crash between the two makes the next delivery send the same again, byte for byte, which the server
 * takes for what it is.
 */
export interface Cursor {
  readonly uri: string;
  /** Stands as a tag on the server's run, which is found by it. */
  readonly key: string;
  readonly runId?: string;
  readonly offset: number;
  /**
   * Highest step delivered, by kind of event. A resumed run does steps again, with the same result at another time, and
   * one that went back with another result: a server cannot take points back, so what was delivered of them stays, and is
   * not doubled.
   */
  readonly highest: { readonly step: number; readonly evaluation: number; readonly sample: number };
  /** Newest step by curve that the server had when this cursor was created: delivered by another machine. */
  readonly there?: Readonly<Record<string, number>>;
  /** System samples delivered; counts as their step. */
  readonly systemSamples: number;
  /** How the last start that was delivered ended; undefined: not yet. */
  readonly ended: EndEvent['status'] | undefined;
  /** Of the last entry delivered, in milliseconds since 1970. */
  readonly time: number;
  readonly pictures: readonly WaitingPicture[];
  /** Files sent, with the checksum of what they held. */
  readonly files: Readonly<Record<string, string>>;
  /** Of a parent run: checksum of its description as it was sent. */
  readonly described?: string;
  /** Name under which the generator is to be registered, and whether it has been. */
  readonly register?: string;
  readonly registered?: boolean;
}

/** Folder inside a run's that holds cursors and the lock of who delivers. */
export const TRACKING_FOLDER = 'tracking';

/** The start of a delivery. */
export function newCursor(uri: string, key: string): Cursor {
  return {
    uri,
    key,
    offset: 0,
    highest: { step: 0, evaluation: -1, sample: -1 },
    systemSamples: 0,
    ended: undefined,
    time: 0,
    pictures: [],
    files: {},
  };
}

/** One file for each server. */
function fileOf(run: string, uri: string): string {
  const hash = createHash('sha256').update(uri).digest('hex').slice(0, 8);
  return join(run, TRACKING_FOLDER, `mlflow-${hash}.json`);
}

export async function readCursor(run: string, uri: string): Promise<Cursor | undefined> {
  try {
    const cursor: unknown = JSON.parse(await readFile(fileOf(run, uri), 'utf8'));
    return isCursor(cursor) ? cursor : undefined;
  } catch {
    // Without a cursor all is delivered again, into the run with the same key.
    return undefined;
  }
}

/** Replaces the file atomically. A power cut may bring back the one before it, which does no harm. */
export async function writeCursor(run: string, cursor: Cursor): Promise<void> {
  await ensureFolder(join(run, TRACKING_FOLDER));
  const file = fileOf(run, cursor.uri);
  await writeFile(`${file}.new`, `${JSON.stringify(cursor, null, 2)}\n`);
  await move(`${file}.new`, file);
}

function isCursor(value: unknown): value is Cursor {
  return (
    typeof value === 'object' && value !== null && 'offset' in value && 'highest' in value && 'key' in value
  );
}
