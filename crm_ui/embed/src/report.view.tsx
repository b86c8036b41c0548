import type { ReactNode } from 'react';
import type { EmbeddedReport } from './embedded.model';
import { ReportBars, ReportKpis, ReportLines } from './report.charts';
import { marksOf } from './report.figures';
import { ReportTable } from './report.table';
import { cutsOf, rangeText, standOf, tagOf, textOf, titleOf, wordsOf } from './report.words';

const barShapes: ReadonlySet<string> = new Set(['bar', 'hbar']);
const lineShapes: ReadonlySet<string> = new Set(['line', 'area']);

/** The picture of a report: tiles, bars or lines where they tell it, with the table below; else the table. */
function Picture({ report }: { readonly report: EmbeddedReport }): ReactNode {
  if (report.shape === 'kpi') return <ReportKpis report={report} />;
  const chart = barShapes.has(report.shape) || lineShapes.has(report.shape) ? marksOf(report) : null;
  if (chart === null) return <ReportTable report={report} />;
  const words = wordsOf(report.locale);
  const shown = new Intl.NumberFormat(tagOf(report.locale));
  return (
    <>
      {barShapes.has(report.shape) ? <ReportBars report={report} chart={chart} /> : <ReportLines report={report} chart={chart} filled={report.shape === 'area'} />}
      {chart.left > 0 ? <p className="crm-r-note">{words.points.replace('{{shown}}', shown.format(chart.marks.length)).replace('{{total}}', shown.format(chart.marks.length + chart.left))}</p> : null}
      <details><summary>{words.table}</summary><ReportTable report={report} /></details>
    </>
  );
}

/** A report with its name, its picture, what is cut, and up to when and how surely it is right. */
export function ReportView({ report }: { readonly report: EmbeddedReport }): ReactNode {
  const words = wordsOf(report.locale);
  const stand = standOf(report);
  const isEmpty = report.rows.length <= 1 && report.splits.rows.length > 0;
  return (
    <>
      <header><h2><bdi>{titleOf(report)}</bdi></h2>{[textOf(report), rangeText(report)].filter(Boolean).map((text) => <p key={text}><bdi>{text}</bdi></p>)}</header>
      {isEmpty ? <p className="crm-r-state">{words.empty}</p> : <Picture report={report} />}
      {cutsOf(report).map((text) => <p key={text} className="crm-r-note">{text}</p>)}
      <footer><span>{stand.fresh}</span><span className={`crm-r-${stand.state}`}>{stand.proof}</span>{stand.moving ? <span>{stand.moving}</span> : null}</footer>
    </>
  );
}
