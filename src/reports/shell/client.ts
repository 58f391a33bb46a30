/**
 * What runs in the browser: draws the charts with uPlot and moves through the samples. Plain ES2020 as a text, since
 * it is pasted into the page; `data` is the page's `{ charts }`, each a Chart with its id. A live page gets newer charts
 * and samples through `ganPage`.
 */
export const CLIENT = /* js */ `
(() => {
  'use strict';
  let { charts } = JSON.parse(document.getElementById('data').textContent);
  const root = document.documentElement;
  const colour = (name) => getComputedStyle(root).getPropertyValue('--' + name).trim();
  const faded = (hex, share) => hex + Math.round(share * 255).toString(16).padStart(2, '0');
  const digits = (value) => {
    if (value == null) return '';
    const size = Math.abs(value);
    return size !== 0 && (size < 1e-3 || size >= 1e6) ? (+value.toPrecision(3)).toExponential() : String(+value.toPrecision(4));
  };
  const steps = (value) => value >= 1e6 ? +(value / 1e6).toFixed(2) + 'M' : value >= 1e4 ? +(value / 1e3).toFixed(1) + 'k' : String(value);
  const smoothing = document.getElementById('smoothing');
  const log = document.getElementById('log');

  // Exponential moving average, its start corrected for the zeros it began from.
  const smooth = (values, weight) => {
    let sum = 0, mass = 0;
    return values.map((value) => {
      if (value == null) return null;
      sum = sum * weight + value * (1 - weight);
      mass = mass * weight + 1 - weight;
      return sum / mass;
    });
  };

  const drawn = new Map();
  function draw(chart) {
    const figure = document.getElementById(chart.id);
    const plot = figure.querySelector('.plot');
    const chips = [...figure.querySelectorAll('.series')];
    const at = figure.querySelector('.at');
    const isLoss = figure.dataset.kind === 'loss';
    const shown = chart.series.flatMap((one) => [...one.mean, ...(one.low || [])]);
    const logarithmic = isLoss && log.checked && shown.every((value) => value == null || value > 0);
    const weight = isLoss ? Number(smoothing.value) : 0;
    const columns = [chart.x], series = [{}], bands = [];
    chart.series.forEach((one, i) => {
      const ink = colour('s' + (i % 8 + 1)), show = !chips[i].classList.contains('off');
      const fine = { stroke: faded(ink, 0.28), width: 1, points: { show: false }, spanGaps: true, show };
      const raw = weight > 0 || one.low;
      if (raw) {
        columns.push(one.high || one.mean, one.low || one.mean);
        series.push(fine, fine);
        bands.push({ series: [series.length - 2, series.length - 1], fill: faded(ink, 0.14), show });
      }
      columns.push(weight > 0 ? smooth(one.mean, weight) : one.mean);
      series.push({ stroke: ink, width: one.name.endsWith('total') ? 2.4 : 1.6, spanGaps: true, show, points: { show: chart.x.length < 60, size: 5, fill: ink } });
    });
    const line = { stroke: colour('soft'), grid: { stroke: colour('line'), width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif' };
    const values = (index) => {
      at.textContent = index == null ? '' : 'step ' + chart.x[index].toLocaleString('en');
      let column = 0;
      chart.series.forEach((one, i) => {
        column += weight > 0 || one.low ? 3 : 1;
        const list = columns[column];
        const found = index == null ? list.findLast((value) => value != null) : list[index];
        chips[i].querySelector('.number').textContent = digits(found);
      });
    };
    const before = drawn.get(chart.id);
    if (before && before.figure === figure && before.shape === shapeOf(series)) {
      // Newer values in the same curves: who looks closely at a part of them goes on seeing it.
      const { plot: known } = before, { min, max } = known.scales.x, axis = known.data[0];
      const zoomed = min > axis[0] || max < axis[axis.length - 1];
      before.values = values;
      known.setData(columns, !zoomed);
      if (zoomed) known.setScale('x', { min, max });
      values(null);
      return;
    }
    before?.plot.destroy();
    const state = { figure, shape: shapeOf(series), values };
    drawn.set(chart.id, state);
    state.plot = new uPlot({
      width: plot.clientWidth, height: plot.clientHeight, series, bands,
      legend: { show: false },
      cursor: { sync: { key: 'steps', setSeries: false }, points: { size: 6 }, drag: { x: true, y: false } },
      scales: { x: { time: false }, y: logarithmic ? { distr: 3, log: 10 } : {} },
      axes: [
        { ...line, values: (_, ticks) => ticks.map(steps), space: 70, size: 30 },
        { ...line, values: (_, ticks) => ticks.map(digits), size: 58 },
      ],
      hooks: { setCursor: [(u) => state.values(u.cursor.idx)] },
    }, columns, plot);
    values(null);
  }
  const shapeOf = (series) => JSON.stringify([series.map(({ stroke, width, show, points }) => [stroke, width, show, points]), log?.checked, document.documentElement.className]);
  const drawAll = () => charts.forEach(draw);

  const bind = () => charts.forEach(({ id }) => {
    const figure = document.getElementById(id);
    figure.querySelectorAll('.series').forEach((chip) => chip.addEventListener('click', () => {
      chip.setAttribute('aria-pressed', String(!chip.classList.toggle('off')));
      draw(charts.find((chart) => chart.id === id));
    }));
    new ResizeObserver(() => {
      const plot = figure.querySelector('.plot');
      drawn.get(id)?.plot.setSize({ width: plot.clientWidth, height: plot.clientHeight });
    }).observe(figure);
  });
  bind();
  drawAll();
  for (const control of [smoothing, log]) control?.addEventListener('input', drawAll);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  // Paper is white: the charts are drawn once more in the light colours.
  const print = (on) => () => { root.classList.toggle('print', on); drawAll(); };
  addEventListener('beforeprint', print(true));
  addEventListener('afterprint', print(false));

  const bindSamples = (wanted) => {
    const slider = document.getElementById('moment');
    if (!slider) return;
    const buttons = [...document.querySelectorAll('.strip button')];
    const picture = document.querySelector('.show img');
    const caption = document.querySelector('.show output');
    const show = (index) => {
      buttons.forEach((button, i) => button.setAttribute('aria-current', String(i === index)));
      picture.src = buttons[index].querySelector('img').src;
      caption.textContent = buttons[index].title;
      slider.value = index;
      const strip = buttons[index].parentElement;
      strip.scrollLeft = buttons[index].offsetLeft - strip.offsetLeft - strip.clientWidth / 2 + buttons[index].clientWidth / 2;
    };
    slider.addEventListener('input', () => show(Number(slider.value)));
    buttons.forEach((button, i) => button.addEventListener('click', () => show(i)));
    const found = buttons.findIndex((button) => button.title === wanted);
    show(found < 0 ? buttons.length - 1 : found);
  };
  bindSamples();

  window.ganPage = {
    /** Newer values; where the figures were written anew, they are bound and drawn from nothing. */
    charts(next, anew) {
      charts = next;
      for (const { id, note } of charts) document.getElementById(id).querySelector('.note').textContent = note || '';
      if (anew) bind();
      drawAll();
    },
    /** Whoever looks at the newest picture sees the newest, whoever looks at an earlier one goes on seeing that. */
    samples(write) {
      const slider = document.getElementById('moment');
      const looking = slider && Number(slider.value) < Number(slider.max) ? document.querySelector('.show output').textContent : undefined;
      write();
      bindSamples(looking);
    },
  };
})();
`;
