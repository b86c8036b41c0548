import { Resvg } from '@resvg/resvg-js';
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { createRequire } from 'node:module';
import { writeShort } from './figure.words.js';
import type { Report, ReportPart } from './delivery.types.js';

use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer]);

const require = createRequire(import.meta.url);
const font = (name: string): string => require.resolve(`@expo-google-fonts/${name}.ttf`);
/** Regular and semi-bold for Latin, then for Arabic: files of the project, so that a picture looks the same on every machine; nothing of the machine is read. */
export const fonts = ['ibm-plex-sans/400Regular/IBMPlexSans_400Regular', 'ibm-plex-sans/600SemiBold/IBMPlexSans_600SemiBold', 'ibm-plex-sans-arabic/400Regular/IBMPlexSansArabic_400Regular', 'ibm-plex-sans-arabic/600SemiBold/IBMPlexSansArabic_600SemiBold'].map(font);
export const families = { en: 'IBM Plex Sans', ar: 'IBM Plex Sans Arabic' } as const;
// The palette of the screens, light: eight hues that stay apart for colour-blind readers.
const colours = ['#3f55d4', '#0f8a7e', '#b8500f', '#8a3fa8', '#146c43', '#b3261e', '#5f6675', '#0b5c8a'];
const width = 600;
const longestName = 26;

/** A picture of a part as PNG at twice the width that it is shown in; null where there is nothing to draw. Arabic runs from right to left: names, order and axes. */
export function chartPicture(part: ReportPart, report: Pick<Report, 'locale' | 'currency'>): Buffer | null {
  const { chart } = part;
  if (!chart || part.rows.length === 0) return null;
  const rows = chart.kind === 'hbar' ? part.rows.slice(0, chart.shown) : part.rows.slice(-chart.shown);
  const height = chart.kind === 'hbar' ? 40 + rows.length * 30 : 280;
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width, height });
  drawing.setOption({ animation: false, color: colours, textStyle: { fontFamily: families[report.locale], fontSize: 13, color: '#171c26' }, ...(chart.kind === 'hbar' ? across(part, rows, report) : chart.kind === 'waterfall' ? falling(part, report) : along(part, rows, report)) });
  const svg = drawing.renderToSVGString();
  drawing.dispose();
  return new Resvg(svg, { background: '#ffffff', fitTo: { mode: 'width', value: width * 2 }, font: { fontFiles: fonts, loadSystemFonts: false, defaultFontFamily: families[report.locale] } }).render().asPng();
}

const number = (value: string | null | undefined): number | null => (value === null || value === undefined || value === '' || !Number.isFinite(Number(value)) ? null : Number(value));
const short = (name: string): string => (name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name);
/** Numbers and signs keep their order inside Arabic. */
const isolated = (text: string): string => `\u2068${text}\u2069`;

type Drawn = Pick<Report, 'locale' | 'currency'>;
const grid = { left: 12, right: 12, top: 28, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' };
const axisLine = { lineStyle: { color: '#c3cad5' } };
const splitLine = { lineStyle: { color: '#eceff3' } };

function valueAxis(kind: ReportPart['columns'][number]['kind'], { locale, currency }: Drawn): Record<string, unknown> {
  return { type: 'value', axisLabel: { color: '#4b5565', formatter: (value: number) => isolated(writeShort(value, kind, locale, currency)) }, splitLine, splitNumber: 4 };
}

/** Bars from the side where reading begins, the largest first. */
function across({ columns, chart }: ReportPart, rows: ReportPart['rows'], report: Drawn): EChartsCoreOption {
  const rtl = report.locale === 'ar';
  const [measure = 0] = chart?.measures ?? [];
  const kind = columns[measure]?.kind ?? 'number';
  return {
    grid, xAxis: { ...valueAxis(kind, report), inverse: rtl, show: false },
    yAxis: { type: 'category', inverse: true, position: rtl ? 'right' : 'left', data: rows.map((row) => short(row[chart?.category ?? 0] ?? '')), axisLine, axisTick: { show: false }, axisLabel: { color: '#171c26', interval: 0 } },
    series: [{ type: 'bar', barMaxWidth: 18, data: rows.map((row) => number(row[measure])), label: { show: true, position: rtl ? 'left' : 'right', color: '#171c26', formatter: ({ value }: { value: unknown }) => (typeof value === 'number' ? isolated(writeShort(value, kind, report.locale, report.currency)) : '') } }],
  };
}

/** Columns or lines over time; time runs the way of reading. */
function along({ columns, chart }: ReportPart, rows: ReportPart['rows'], report: Drawn): EChartsCoreOption {
  const rtl = report.locale === 'ar';
  // Within a step, too, the first stands where reading begins.
  const measures = rtl ? [...(chart?.measures ?? [])].reverse() : chart?.measures ?? [];
  const kind = columns[measures[0] ?? 0]?.kind ?? 'number';
  return {
    grid: { ...grid, top: measures.length > 1 ? 44 : 28 },
    ...(measures.length > 1 ? { legend: { top: 0, [rtl ? 'right' : 'left']: 8, align: rtl ? 'right' : 'left', itemWidth: 12, itemHeight: 12, data: measures.map((index) => columns[index]?.title ?? '') } } : {}),
    xAxis: { type: 'category', inverse: rtl, data: rows.map((row) => row[chart?.category ?? 0] ?? ''), axisLine, axisTick: { show: false }, axisLabel: { color: '#4b5565', hideOverlap: true } },
    yAxis: { ...valueAxis(kind, report), position: rtl ? 'right' : 'left' },
    series: measures.map((index) => ({ type: chart?.kind === 'line' ? 'line' : 'bar', color: colours[(chart?.measures ?? []).indexOf(index) % colours.length], name: columns[index]?.title ?? '', barMaxWidth: 34, symbolSize: 6, data: rows.map((row) => number(row[index])) })),
  };
}

/** From the opening to the closing sum: what is lost falls. */
function falling({ columns, rows, chart }: ReportPart, report: Drawn): EChartsCoreOption {
  const rtl = report.locale === 'ar';
  const [row] = rows;
  const steps = (chart?.measures ?? []).map((index) => ({ title: columns[index]?.title ?? '', name: columns[index]?.member ?? '', value: number(row?.[index]) ?? 0 }));
  let level = 0;
  const bars = steps.map(({ title, name, value }) => {
    if (/\.(opening|closing|total)/.test(name)) { level = value; return { title, low: 0, high: value, colour: colours[0] }; }
    const signed = /(lost|churn|contraction)/.test(name) ? -Math.abs(value) : value;
    const [low, high] = signed < 0 ? [level + signed, level] : [level, level + signed];
    level += signed;
    return { title, low, high, colour: signed < 0 ? '#b3261e' : '#146c43' };
  });
  return {
    grid, xAxis: { type: 'category', inverse: rtl, data: bars.map(({ title }) => short(title)), axisLine, axisTick: { show: false }, axisLabel: { color: '#4b5565', interval: 0, width: 112, overflow: 'break' } },
    yAxis: { ...valueAxis(columns[chart?.measures[0] ?? 0]?.kind ?? 'money', report), position: rtl ? 'right' : 'left' },
    series: [{ type: 'bar', stack: 'all', silent: true, itemStyle: { color: 'transparent' }, data: bars.map(({ low }) => low) }, { type: 'bar', stack: 'all', barMaxWidth: 46, data: bars.map(({ low, high, colour }) => ({ value: high - low, itemStyle: { color: colour } })) }],
  };
}
