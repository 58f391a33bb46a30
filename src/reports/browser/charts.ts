import { ChartView } from './chart.js';
import type { ChartData } from './data.js';
import { find, input } from './dom.js';

/** All charts of a page, and what the reader sets for them. */
export class Charts {
  private readonly views = new Map<string, ChartView>();

  constructor() {
    const redraw = (): void => {
      for (const view of this.views.values()) view.draw();
    };
    for (const id of ['smoothing', 'log']) input(id)?.addEventListener('input', redraw);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
    // Paper is white: for it the charts are drawn once more in the light colours.
    for (const [event, prints] of [
      ['beforeprint', true],
      ['afterprint', false],
    ] as const) {
      addEventListener(event, () => {
        document.documentElement.classList.toggle('print', prints);
        redraw();
      });
    }
  }

  /** Draws charts whose figures are on the page. Figures that were written again since get a new plot. */
  show(charts: readonly ChartData[]): void {
    const ids = new Set(charts.map(({ id }) => id));
    for (const [id, view] of this.views) {
      if (ids.has(id) && view.figure.isConnected) continue;
      view.destroy();
      this.views.delete(id);
    }
    for (const chart of charts) {
      const view = this.views.get(chart.id) ?? this.add(chart);
      view.show(chart);
    }
  }

  private add(chart: ChartData): ChartView {
    const view = new ChartView(find(document, `#${chart.id}`, HTMLElement), chart, () => ({
      smoothing: Number(input('smoothing')?.value ?? 0),
      logarithmic: input('log')?.checked ?? false,
    }));
    this.views.set(chart.id, view);
    return view;
  }
}
