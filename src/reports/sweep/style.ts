/** What a sweep's page has beyond a run's. */
export const SWEEP_STYLE = /* css */ `
.results { overflow-x: auto; }
.results table { width: auto; min-width: 60%; }
.results th, .results td { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.results th:first-child, .results td:first-child { text-align: left; }
.results thead th { vertical-align: bottom; }
.results .whose { text-align: center; border-bottom: 0; padding-bottom: 0; }
.results .theirs { color: var(--soft); background: var(--card); padding-left: 14px; }
.results small { color: var(--soft); font-size: .85em; }
.best { font-weight: 700; }
.heat { display: flex; flex-wrap: wrap; gap: 24px 40px; }
.heat figure { margin: 0; }
.heat figcaption { margin-bottom: 6px; font-weight: 600; }
.heat table { width: auto; }
.heat th, .heat td { padding: 8px 14px; text-align: center; border: 2px solid var(--paper); font-variant-numeric: tabular-nums; }
.heat td { background: color-mix(in srgb, var(--s1) calc(var(--good) * 62%), var(--card)); }
.heat tbody th { text-align: right; }
.heat td small { display: block; color: var(--soft); }
.compared { margin: 0 0 20px; overflow-x: auto; }
.compared img { display: block; max-width: 100%; min-width: min(640px, 200vw); height: auto; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
.along { overflow-x: auto; margin-bottom: 18px; }
.along table { width: auto; }
.along code { white-space: nowrap; }
.along td, .along th { padding-right: 22px; white-space: nowrap; }
.along .error { white-space: normal; min-width: 260px; }
h3 { margin: 22px 0 6px; font-size: 15px; }
.done { color: var(--good); } .stopped { color: var(--warn); } .queued, .paused, .dropped { color: var(--soft); }
`;
