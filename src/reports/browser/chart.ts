import { formatNumber } from '../../core/format-number.js';
import type { ChartData } from './data.js';
import { find } from './dom.js';
import { fitsLogarithm, formatStep, layOut, type Layout, legendValues } from './layout.js';

/** What the reader has set for all charts of losses. */
export interface Controls {
  readonly smoothing: number;
  readonly logarithmic: boolean;
}

/** Colours that curves have before they repeat: `--s1` to `--s8` of the style sheet. */
const COLOURS = 8;

// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- ambient enums cannot be read by modules
const LOGARITHMIC = 3 as uPlot.Scale.Distr.Logarithmic;

/** A chart in its figure. */
export class ChartView {
  private readonly plotElement: HTMLElement;
  private readonly chips: readonly HTMLElement[];
  private readonly resizes: ResizeObserver;
  private plot: uPlot | undefined;
  private layout: Layout | undefined;
  /** Identifies lines and axes: with the same ones a plot takes new values, else it is made again. */
  private shape = '';

  constructor(
    readonly figure: HTMLElement,
    private chart: ChartData,
    private readonly controls: () => Controls,
  ) {
    this.plotElement = find(figure, '.plot', HTMLElement);
    this.chips = [...figure.querySelectorAll<HTMLElement>('.series')];
    for (const chip of this.chips) {
      chip.addEventListener('click', () => {
        chip.setAttribute('aria-pressed', String(!chip.classList.toggle('off')));
        this.draw();
      });
    }
    this.resizes = new ResizeObserver(() => this.plot?.setSize(this.size()));
    this.resizes.observe(figure);
  }

  show(chart: ChartData): void {
    this.chart = chart;
    find(this.figure, '.note', HTMLElement).textContent = chart.note ?? '';
    this.draw();
  }

  draw(): void {
    const isLoss = this.figure.dataset['kind'] === 'loss';
    const { smoothing, logarithmic } = isLoss ? this.controls() : { smoothing: 0, logarithmic: false };
    const log = logarithmic && fitsLogarithm(this.chart);
    const layout = layOut(this.chart, {
      colours: this.chips.map((_, i) => colour(`s${(i % COLOURS) + 1}`)),
      hidden: this.chips.map(({ classList }) => classList.contains('off')),
      smoothing,
    });
    // Colours of lines and axes change with the theme.
    const shape = JSON.stringify([layout.series, log, colour('line')]);
    this.layout = layout;
    if (this.plot && shape === this.shape) setValues(this.plot, layout);
    else {
      this.shape = shape;
      this.plot?.destroy();
      this.plot = new uPlot(this.options(layout, log), dataOf(layout), this.plotElement);
    }
    this.writeLegend(undefined);
  }

  destroy(): void {
    this.resizes.disconnect();
    this.plot?.destroy();
  }

  private options({ series, bands }: Layout, log: boolean): uPlot.Options {
    const axis: uPlot.Axis = {
      stroke: colour('soft'),
      grid: { stroke: colour('line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
    };
    return {
      ...this.size(),
      series,
      bands,
      legend: { show: false },
      cursor: {
        // All charts of the page show the same step.
        sync: { key: 'steps', setSeries: false },
        points: { size: 6 },
        drag: { x: true, y: false },
      },
      scales: { x: { time: false }, y: log ? { distr: LOGARITHMIC, log: 10 } : {} },
      axes: [
        { ...axis, values: (_, steps) => steps.map(formatStep), space: 70, size: 30 },
        {
          ...axis,
          values: (_, values: (number | null)[]) =>
            values.map((value) => (value === null ? '' : formatNumber(value))),
          size: 58,
        },
      ],
      hooks: { setCursor: [({ cursor }) => this.writeLegend(cursor.idx ?? undefined)] },
    };
  }

  /** @param index of the step under the cursor. */
  private writeLegend(index: number | undefined): void {
    const step = index === undefined ? undefined : this.chart.x[index];
    find(this.figure, '.at', HTMLElement).textContent =
      step === undefined ? '' : `step ${step.toLocaleString('en')}`;
    legendValues(this.layout!, index).forEach((value, i) => {
      find(this.chips[i]!, '.number', HTMLElement).textContent =
        value === undefined ? '' : formatNumber(value);
    });
  }

  private size(): { readonly width: number; readonly height: number } {
    return { width: this.plotElement.clientWidth, height: this.plotElement.clientHeight };
  }
}

/** Newer values in the same lines; a reader who has zoomed in stays there. */
function setValues(plot: uPlot, layout: Layout): void {
  const { min, max } = plot.scales['x']!;
  const steps = plot.data[0];
  const isZoomed =
    min !== undefined && max !== undefined && (min > steps[0]! || max < steps[steps.length - 1]!);
  plot.setData(dataOf(layout), !isZoomed);
  if (isZoomed) plot.setScale('x', { min, max });
}

/** The first column is the steps, which have no gaps. */
const dataOf = ({ columns }: Layout): uPlot.AlignedData => columns as uPlot.AlignedData;

/** A colour of the style sheet, as it is now. */
const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
