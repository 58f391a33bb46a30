import type { MessagePort } from 'node:worker_threads';
import type { Batch, Data } from '../types.js';
import { type Failure, packError, type Report, type Request } from './messages.js';

/** A stream being read, and the items that its consumer still has room for. */
interface Stream {
  readonly items: AsyncGenerator<Batch>;
  credit: number;
  /** Called when there is credit again. */
  wake?: () => void;
}

/**
 * Serves opened data to the thread at the other end of a port, until that closes it.
 * @param ahead of each stream, the most items that wait at the other end.
 */
export function serve(data: Data, port: MessagePort, ahead: number): void {
  const streams = new Map<number, Stream>();
  const status = () => ({ cache: data.cache, skipped: data.skipped });
  const report = (message: Report, moved: ArrayBuffer[] = []): void => port.postMessage(message, moved);
  const failed = (stream: number, error: unknown): void =>
    report({ type: 'failed', stream, failure: packError(error), ...status() });

  const pump = async (id: number, items: AsyncGenerator<Batch>): Promise<void> => {
    const stream: Stream = { items, credit: ahead };
    streams.set(id, stream);
    try {
      for await (const batch of items) {
        if (!streams.has(id)) return;
        report({ type: 'batch', stream: id, batch, ...status() }, buffersOf(batch));
        stream.credit--;
        while (stream.credit <= 0 && streams.has(id)) {
          await new Promise<void>((resolve) => (stream.wake = resolve));
        }
      }
      report({ type: 'end', stream: id, ...status() });
    } catch (error) {
      failed(id, error);
    } finally {
      streams.delete(id);
    }
  };

  const answer = async (stream: number, work: (stream: number) => Promise<void>): Promise<void> => {
    try {
      await work(stream);
    } catch (error) {
      failed(stream, error);
    }
  };

  const stop = (id: number): void => {
    const stream = streams.get(id);
    streams.delete(id);
    stream?.wake?.();
  };

  const handle = async (request: Request): Promise<void> => {
    switch (request.type) {
      case 'batches':
        return pump(request.stream, data.batches(request.from));
      case 'examples':
        return pump(request.stream, data.examples(request.split, request.limit));
      case 'more': {
        const stream = streams.get(request.stream);
        if (!stream) return;
        stream.credit += request.items;
        stream.wake?.();
        return;
      }
      case 'stop':
        stop(request.stream);
        return;
      case 'count':
        return answer(request.stream, async (stream) => {
          report({ type: 'count', stream, count: await data.count(request.split), ...status() });
        });
      case 'digests':
        return answer(request.stream, async (stream) => {
          report({ type: 'digests', stream, digests: await data.digests(), ...status() });
        });
      case 'close':
        for (const id of streams.keys()) stop(id);
        await data.close();
        port.close();
    }
  };
  port.on('message', (request: Request) => void handle(request));
  report({
    type: 'opened',
    info: {
      sources: data.sources,
      palettes: data.palettes,
      stepsPerEpoch: stepsPerEpoch(data),
      ahead,
      ...status(),
    },
  });
}

/** A failure is sent as a value: data without train can still be evaluated on. */
function stepsPerEpoch(data: Data): number | Failure {
  try {
    return data.stepsPerEpoch;
  } catch (error) {
    return packError(error);
  }
}

const buffersOf = ({ fields }: Batch): ArrayBuffer[] =>
  Object.values(fields).map(({ data }) => data.buffer as ArrayBuffer);
