const CSS = `
:host { display: block; }
.crm-report { --bg: light-dark(#fff, #161a21); --line: light-dark(#e1e5eb, #2a313c); --ink: light-dark(#171c26, #e8ebf1); --soft: light-dark(#4b5565, #b0b9c7); --faint: light-dark(#626c7c, #929cac); --sunken: light-dark(#f0f2f5, #11151b); --good: light-dark(#146c43, #5fd39a); --bad: light-dark(#b3261e, #ff9a90); --focus: light-dark(#3f55d4, #a9b7ff);
  --c0: light-dark(#4a60dc, #8496ff); --c1: light-dark(#c26a00, #f0a13a); --c2: light-dark(#0f8a80, #3fc7b9); --c3: light-dark(#a83a80, #e585c1); --c4: light-dark(#3a86c8, #78bdf2); --c5: light-dark(#84701a, #d1bb58); --c6: light-dark(#5d6b80, #a3b1c6); --c7: light-dark(#c9472f, #ff8f78);
  color-scheme: light dark; box-sizing: border-box; max-inline-size: 100%; padding: 16px; border: 1px solid var(--line); border-radius: 10px; background: var(--bg); color: var(--ink); font: 400 14px/1.4 'IBM Plex Sans', 'IBM Plex Sans Arabic', system-ui, sans-serif; text-align: start; overflow-wrap: anywhere; }
.crm-report[data-theme=light] { color-scheme: light; }
.crm-report[data-theme=dark] { color-scheme: dark; }
.crm-report *, .crm-report ::before { box-sizing: border-box; }
.crm-report :is(h2, p, dl, dd, dt, ul, figure) { margin: 0; padding: 0; }
.crm-report header { margin-block-end: 12px; }
.crm-report h2 { font-size: 16px; font-weight: 600; line-height: 1.3; color: var(--ink); }
.crm-report header p, .crm-report .crm-r-note { color: var(--soft); font-size: 13px; }
.crm-report .crm-r-note { margin-block-start: 8px; }
.crm-report .crm-r-state { padding: 20px 4px; color: var(--soft); }
.crm-report button { font: inherit; color: inherit; padding: 4px 10px; border: 1px solid var(--faint); border-radius: 6px; background: transparent; cursor: pointer; }
.crm-report :is(button, summary, .crm-r-scroll):focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.crm-report .crm-r-scroll { overflow-x: auto; max-inline-size: 100%; }
.crm-report table { border-collapse: collapse; inline-size: 100%; font-variant-numeric: tabular-nums; font-size: 13px; }
.crm-report :is(th, td) { padding: 7px 10px; border-block-end: 1px solid var(--line); text-align: start; vertical-align: baseline; font-weight: 400; overflow-wrap: normal; }
.crm-report thead th { color: var(--soft); font-weight: 500; vertical-align: bottom; }
.crm-report .crm-r-figure { text-align: end; }
.crm-report td.crm-r-figure { white-space: nowrap; }
.crm-report thead .crm-r-figure[colspan]:not([colspan='1']) { text-align: center; }
.crm-report .crm-r-total :is(th, td) { font-weight: 600; background: var(--sunken); }
.crm-report .crm-r-past { color: var(--soft); }
.crm-report .crm-r-kpis { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 200px), 1fr)); gap: 12px; }
.crm-report .crm-r-kpis > div { padding: 12px; border: 1px solid var(--line); border-radius: 8px; }
.crm-report dt { color: var(--soft); font-size: 13px; }
.crm-report dt + dd { font-size: 24px; white-space: nowrap; font-weight: 600; font-variant-numeric: tabular-nums; }
.crm-report .crm-r-legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-block-end: 8px; list-style: none; font-size: 13px; color: var(--soft); }
.crm-report .crm-r-legend i { display: inline-block; inline-size: 10px; block-size: 10px; border-radius: 2px; margin-inline-end: 6px; background: currentColor; }
.crm-report .crm-r-c0 { fill: var(--c0); stroke: var(--c0); color: var(--c0); } .crm-report .crm-r-c1 { fill: var(--c1); stroke: var(--c1); color: var(--c1); } .crm-report .crm-r-c2 { fill: var(--c2); stroke: var(--c2); color: var(--c2); } .crm-report .crm-r-c3 { fill: var(--c3); stroke: var(--c3); color: var(--c3); }
.crm-report .crm-r-c4 { fill: var(--c4); stroke: var(--c4); color: var(--c4); } .crm-report .crm-r-c5 { fill: var(--c5); stroke: var(--c5); color: var(--c5); } .crm-report .crm-r-c6 { fill: var(--c6); stroke: var(--c6); color: var(--c6); } .crm-report .crm-r-c7 { fill: var(--c7); stroke: var(--c7); color: var(--c7); }
.crm-report .crm-r-bars { display: grid; grid-template-columns: minmax(80px, 30%) minmax(0, 1fr) max-content; gap: 8px; list-style: none; font-size: 13px; }
.crm-report .crm-r-bars :is(li, div, p) { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; align-items: center; } .crm-report .crm-r-bars div { grid-column: 2 / -1; }
.crm-report .crm-r-bars svg { inline-size: 100%; }
.crm-report .crm-r-bars rect { stroke: none; } .crm-report .crm-r-minus { opacity: 0.55; }
.crm-report[dir=rtl] .crm-r-bars svg { transform: scaleX(-1); }
.crm-report .crm-r-bars b { font-weight: 500; text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.crm-report .crm-r-lines svg { display: block; inline-size: 100%; block-size: auto; overflow: visible; }
.crm-report .crm-r-lines polyline { fill: none; stroke-width: 2; } .crm-report .crm-r-lines circle { stroke: none; } .crm-report .crm-r-area { stroke: none; opacity: 0.15; } .crm-report .crm-r-zero { stroke: var(--line); }
.crm-report figcaption { display: flex; justify-content: space-between; color: var(--soft); font-size: 12px; }
.crm-report details { margin-block-start: 12px; } .crm-report summary { color: var(--soft); font-size: 13px; cursor: pointer; }
.crm-report footer { display: flex; flex-wrap: wrap; gap: 2px 16px; margin-block-start: 12px; color: var(--faint); font-size: 12px; }
.crm-report .crm-r-equal { color: var(--good); } .crm-report .crm-r-different { color: var(--bad); }
`;

let sheet: CSSStyleSheet | undefined;

/** Puts the report's styles into the page or shadow root that it stands in, once. */
export function dressed(root: Node): void {
  if (!(root instanceof Document || root instanceof ShadowRoot)) return;
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
