import { Presets, SingleBar } from 'cli-progress';
import { paint } from '../core/node/paint.js';
import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';
import { addableEngine, type AddEvent } from '../engine/index.js';
import type { ExitCode } from './exit-code.js';
import { onInterrupt } from './interrupt.js';

/** `gan engine add`: says what it takes, how far it is, and what it took. */
export async function addEngine(
  name: string,
  options: { readonly gpu: boolean; readonly force: boolean },
): Promise<ExitCode> {
  const { add } = addableEngine(name);
  const started = performance.now();
  const interrupt = onInterrupt(() => console.error('Stopping; what was begun is cleared away ...'));
  const progress = new DownloadProgress();
  try {
    const { folder, built, bytes } = await add({
      ...options,
      signal: interrupt.signal,
      report: (event) => progress.show(event),
    });
    progress.stop();
    const time = prettyMs(performance.now() - started, { secondsDecimalDigits: 0 });
    console.log(
      built
        ? `${paint.green('done')} in ${time}: ${prettyBytes(bytes)} in ${folder}`
        : `It is there already: ${prettyBytes(bytes)} in ${folder}. --force builds it again.`,
    );
    console.log(`Use it with --engine ${name}, GAN_ENGINE=${name}, or \`engine: ${name}\` in .ganrc.yaml.`);
    return 0;
  } catch (error) {
    progress.stop();
    if (!interrupt.signal.aborted) throw error;
    console.error('Stopped. Nothing was left behind.');
    return 1;
  } finally {
    interrupt.release();
  }
}

class DownloadProgress {
  private bar: SingleBar | undefined;

  show(event: AddEvent): void {
    if (event.type === 'progress') {
      if (!process.stderr.isTTY) return;
      this.bar ??= this.startBar(event.total);
      this.bar.setTotal(event.total);
      this.bar.update(event.bytes, { text: `${prettyBytes(event.bytes)} of ${prettyBytes(event.total)}` });
      return;
    }
    this.stop();
    if (event.type === 'start') {
      console.log(
        `About ${prettyBytes(event.downloadBytes)} will be downloaded, and ${prettyBytes(event.diskBytes)} kept in ${event.folder}.`,
      );
    } else {
      console.log(`${event.text} ...`);
    }
  }

  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private startBar(total: number): SingleBar {
    const bar = new SingleBar(
      {
        format: '{bar} {text}',
        stream: process.stderr,
        hideCursor: true,
        fps: 5,
        barsize: 24,
        clearOnComplete: true,
      },
      Presets.shades_classic,
    );
    bar.start(total, 0, { text: '' });
    return bar;
  }
}
