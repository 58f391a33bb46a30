/** The report's style sheet. Colours are variables, so that dark mode and print change nothing else. */
export const STYLE = /* css */ `
:root {
  color-scheme: light;
  --paper: #ffffff; --card: #f6f8fa; --line: #d7dde3; --ink: #1c2127; --soft: #5a6570; --link: #0a5cc2;
  --good: #1a7f4b; --bad: #c1362d; --warn: #8a5a00; --busy: #0a5cc2;
  --s1: #2563c9; --s2: #d9622b; --s3: #1f8f6a; --s4: #b3367e; --s5: #8a6d00; --s6: #6b53c6; --s7: #2a8aa8; --s8: #7a4a2b;
}
@media (prefers-color-scheme: dark) {
  :root:not(.print) {
    color-scheme: dark;
    --paper: #0f1317; --card: #171d23; --line: #2c353e; --ink: #e4e9ee; --soft: #98a4b0; --link: #78b0ff;
    --good: #4cc38a; --bad: #ff7b72; --warn: #e3b341; --busy: #78b0ff;
    --s1: #6ea8ff; --s2: #ff9a62; --s3: #4fcf9f; --s4: #f07ab8; --s5: #e0c04a; --s6: #b09cff; --s7: #62cbe8; --s8: #cf9a76;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { margin: 0; font-size: 28px; line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 44px 0 14px; font-size: 19px; }
header p { margin: 6px 0 0; color: var(--soft); }
code, pre, .number { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .92em; }
.pill { display: inline-block; padding: 1px 10px; border: 1px solid; border-radius: 99px; font-size: 13px; font-weight: 600; }
.finished { color: var(--good); } .failed { color: var(--bad); } .killed { color: var(--warn); } .running { color: var(--busy); }
.reason { color: var(--bad); overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 10px; margin: 24px 0 0; }
.figures div { padding: 12px 14px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.figures dt { color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
.figures dd { margin: 2px 0 0; font-size: 22px; font-weight: 600; line-height: 1.25; font-variant-numeric: tabular-nums; }
.figures small { display: block; color: var(--soft); font-size: 12.5px; font-weight: 400; }
.bar { display: flex; flex-wrap: wrap; gap: 6px 20px; align-items: center; margin: 0 0 12px; color: var(--soft); font-size: 13.5px; }
.bar label { display: inline-flex; gap: 8px; align-items: center; }
input[type=range] { accent-color: var(--link); width: 130px; }
input[type=checkbox] { accent-color: var(--link); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 16px; }
.chart { margin: 0; padding: 14px 14px 8px; min-width: 0; border: 1px solid var(--line); border-radius: 10px; }
.chart figcaption { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: baseline; margin-bottom: 6px; }
.chart strong { margin-right: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 0 14px; flex-basis: 100%; min-height: 24px; }
.chart .note { margin: 2px 0 4px; color: var(--soft); font-size: 13px; }
.series { padding: 0; border: 0; background: none; color: inherit; font: inherit; font-size: 13px; cursor: pointer; }
.series::before { content: ""; display: inline-block; width: 12px; height: 3px; margin-right: 6px; border-radius: 2px; background: var(--c); vertical-align: middle; }
.series .number { display: inline-block; min-width: 7ch; color: var(--soft); }
.series.off { opacity: .4; text-decoration: line-through; }
.at { min-width: 9ch; color: var(--soft); font-size: 13px; font-variant-numeric: tabular-nums; }
.plot { height: 240px; }
.show { margin: 0; }
.show img { display: block; max-width: 100%; width: auto; height: auto; max-height: 80vh; margin: 0 auto; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
.show figcaption { display: flex; gap: 14px; align-items: center; margin: 0 0 10px; font-variant-numeric: tabular-nums; }
.show input { flex: 1; width: auto; min-width: 0; }
.strip { display: flex; gap: 8px; margin: 12px 0 0; padding: 2px 2px 8px; overflow-x: auto; }
.strip button { flex: none; padding: 0; border: 0; background: none; color: var(--soft); font: inherit; font-size: 12px; cursor: pointer; }
.strip img { display: block; height: 96px; width: auto; border-radius: 5px; border: 2px solid var(--line); background: #fff; }
.strip [aria-current=true] img { border-color: var(--link); }
.strip [aria-current=true] { color: var(--ink); font-weight: 600; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th { color: var(--soft); font-weight: 500; text-align: left; white-space: nowrap; }
th, td { padding: 5px 16px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: anywhere; }
td.when { white-space: nowrap; }
td.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
.health { display: grid; gap: 10px; margin: 0; padding: 0; list-style: none; }
.health li { padding: 10px 14px; border: 1px solid var(--line); border-left: 4px solid var(--warn); border-radius: 8px; background: var(--card); color: inherit; }
.health li.error { border-left-color: var(--bad); }
.health li.warning, .health li.error { color: var(--ink); }
.health p { margin: 2px 0; }
.health .quiet { font-size: 13.5px; }
.warning { color: var(--warn); } .error { color: var(--bad); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 8px 40px; }
.pair h2 { margin-bottom: 6px; }
pre { margin: 0; padding: 14px 16px; overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; line-height: 1.45; }
pre b { color: var(--link); font-weight: 500; } pre i { font-style: normal; }
pre .c { color: var(--soft); } pre .s { color: var(--s3); } pre .n { color: var(--s2); } pre .w { color: var(--s4); }
.networks { margin: 0 0 14px; }
.networks figcaption { margin: 0 0 6px; color: var(--soft); }
.networks img { display: block; max-width: 100%; min-width: 720px; margin: 0 auto; }
.scroll { overflow-x: auto; }
.networks .scroll { border: 1px solid var(--line); border-radius: 10px; background: #fff; }
.quiet { color: var(--soft); }
a { color: var(--link); }
.progress { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: center; margin: 14px 0 0; font-variant-numeric: tabular-nums; }
progress { flex: 1 1 240px; height: 8px; border: 0; border-radius: 99px; overflow: hidden; background: var(--line); accent-color: var(--busy); appearance: none; }
progress::-webkit-progress-bar { background: var(--line); }
progress::-webkit-progress-value { border-radius: 99px; background: var(--busy); transition: width .4s; }
progress::-moz-progress-bar { border-radius: 99px; background: var(--busy); }
@media (max-width: 560px) {
  main { padding: 20px 14px 48px; }
  .figures { grid-template-columns: repeat(2, 1fr); }
  .figures dd { font-size: 19px; }
  .plot { height: 200px; }
  th, td { padding-right: 10px; }
  td.when { white-space: normal; min-width: 11ch; }
}
@media print {
  main { max-width: none; padding: 0; }
  .bar, .strip, .show input { display: none; }
  .chart, .show, .figures div, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  .charts { grid-template-columns: 1fr 1fr; }
  pre { white-space: pre-wrap; }
  .plot { height: auto; }
  .uplot, .u-wrap { width: 100% !important; height: auto !important; }
  .uplot canvas { height: auto !important; }
}
`;
