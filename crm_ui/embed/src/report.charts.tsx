import type { ReactNode } from 'react';
import type { EmbeddedReport } from './embedded.model';
import { cellOf, pathOf, type Chart, type Mark, type Series } from './report.figures';
import { nodeText, titleOf, wordsOf, writersOf } from './report.words';

// Only for places on the screen; numbers that are told stay text.
const size = (text: string | null | undefined): number => (text == null || text === '' ? 0 : Number(text));

/** Each value over everything, as a tile. */
export function ReportKpis({ report }: { readonly report: EmbeddedReport }): ReactNode {
  const writers = writersOf(report);
  const words = wordsOf(report.locale);
  return (
    <dl className="crm-r-kpis">
      {report.values.map(({ key, title }, at) => (
        <div key={key}>
          <dt>{title}</dt>
          <dd>{writers[at]?.(cellOf(report, key, 0, 0))}</dd>
          {report.before ? <dd className="crm-r-past">{words.versus.replace('{{before}}', writers[at]?.(cellOf(report, key, 0, 0, true)) ?? '')}</dd> : null}
        </div>
      ))}
    </dl>
  );
}

interface ChartProps {
  readonly report: EmbeddedReport;
  readonly chart: Chart;
}

const nameOf = (report: EmbeddedReport, { label }: Mark): string => label.map((at) => nodeText(report.rows[at]!, report.splits.rows, report)).join(' · ');

/** The column of the numbers, where columns are split, and the value, where there is more than one. */
function seriesName(report: EmbeddedReport, chart: Chart, { value, column }: Series): string {
  const path = pathOf(report.columns, column).map((at) => nodeText(report.columns[at]!, report.splits.columns, report));
  const several = path.length === 0 || chart.series.some((other) => other.value !== value);
  return [...path, ...(several ? [report.values[value]?.title ?? ''] : [])].join(' · ');
}

function Legend({ report, chart }: ChartProps): ReactNode {
  return chart.series.length < 2 ? null : <ul className="crm-r-legend">{chart.series.map((series, at) => <li key={at}><i className={`crm-r-c${at}`} /><bdi>{seriesName(report, chart, series)}</bdi></li>)}</ul>;
}

/** Lying bars, each with its number: long names have room in both directions of reading. */
export function ReportBars({ report, chart }: ChartProps): ReactNode {
  const writers = writersOf(report);
  const most = Math.max(...chart.marks.flatMap(({ texts }) => texts.map((text) => Math.abs(size(text)))), 0) || 1;
  return (
    <>
      <Legend report={report} chart={chart} />
      <ul className="crm-r-bars">
        {chart.marks.map((mark, at) => (
          <li key={at}>
            <span><bdi>{nameOf(report, mark)}</bdi></span>
            <div>{mark.texts.map((text, series) => (
              <p key={series}>
                <svg aria-hidden="true" height="14" preserveAspectRatio="none" viewBox="0 0 100 14"><rect className={`crm-r-c${series}${size(text) < 0 ? ' crm-r-minus' : ''}`} width={(Math.abs(size(text)) / most) * 100} height="14" rx="0.5" /></svg>
                <b>{writers[chart.series[series]?.value ?? 0]?.(text)}</b>
              </p>
            ))}</div>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Lines over the steps of time, or over the rows in their order; the numbers stand in the table below. */
export function ReportLines({ report, chart, filled }: ChartProps & { readonly filled: boolean }): ReactNode {
  const writers = writersOf(report);
  const [width, height, top] = [640, 220, 10];
  const sizes = chart.marks.flatMap(({ texts }) => texts.map(size));
  const [low, high] = [Math.min(0, ...sizes), Math.max(0, ...sizes)];
  const arabic = report.locale === 'ar';
  const x = (at: number): number => { const place = chart.marks.length < 2 ? width / 2 : (at / (chart.marks.length - 1)) * width; return arabic ? width - place : place; };
  const y = (value: number): number => top + (1 - (value - low) / (high - low || 1)) * (height - 2 * top);
  const text = (value: number, series: number): string | undefined => writers[chart.series[series]?.value ?? 0]?.(chart.marks[value]?.texts[series]);
  const [first, last] = [chart.marks[0], chart.marks.at(-1)];
  return (
    <>
      <Legend report={report} chart={chart} />
      <figure className="crm-r-lines">
        <svg role="img" aria-label={titleOf(report)} viewBox={`0 0 ${width} ${height}`}>
          <line x1="0" x2={width} y1={y(0)} y2={y(0)} className="crm-r-zero" />
          {chart.series.map((one, series) => {
            const points = chart.marks.map(({ texts }, at) => `${x(at).toFixed(1)},${y(size(texts[series])).toFixed(1)}`).join(' ');
            return (
              <g key={series} className={`crm-r-c${series}`}>
                {filled ? <polygon points={`${x(0)},${y(0)} ${points} ${x(chart.marks.length - 1)},${y(0)}`} className="crm-r-area" /> : null}
                <polyline points={points} />
                {chart.marks.map((mark, at) => <circle key={at} cx={x(at)} cy={y(size(mark.texts[series]))} r="3.5"><title>{`${[nameOf(report, mark), ...(chart.series.length > 1 ? [seriesName(report, chart, one)] : [])].join(' · ')}: ${text(at, series) ?? ''}`}</title></circle>)}
              </g>
            );
          })}
        </svg>
        <figcaption><span>{first ? nameOf(report, first) : ''}</span><span>{last && last !== first ? nameOf(report, last) : ''}</span></figcaption>
      </figure>
    </>
  );
}
