import type { ReactNode } from 'react';
import type { EmbeddedReport } from './embedded.model';
import { cellOf, figureColumns, orderOf, pathOf, type FigureColumn } from './report.figures';
import { nodeText, titleOf, wordsOf, writersOf } from './report.words';

interface Head { readonly key: string; readonly text: string; readonly span: number }

/** Neighbours of one name under one heading. */
function joined(heads: readonly { readonly key: string; readonly text: string }[]): Head[] {
  const found: Head[] = [];
  for (const head of heads) {
    const last = found.at(-1);
    if (last?.key === head.key) found[found.length - 1] = { ...last, span: last.span + 1 };
    else found.push({ ...head, span: 1 });
  }
  return found;
}

/** The report as a table: a column for each row split, then its figures; totals behind what they are of. */
export function ReportTable({ report }: { readonly report: EmbeddedReport }): ReactNode {
  const { rows, columns, splits, values, totals, before } = report;
  const words = wordsOf(report.locale);
  const figures = figureColumns(report);
  const writers = writersOf(report);
  const levels = splits.columns.map((_, level) => joined(figures.map(({ node }) => {
    const path = pathOf(columns, node);
    const at = path[level];
    return at === undefined ? { key: `t${path.at(-1) ?? ''}`, text: level === path.length ? words.total : '' } : { key: `n${at}`, text: nodeText(columns[at]!, splits.columns, report) };
  })));
  const named = ({ value, past }: FigureColumn): string => `${values[value]?.title ?? ''}${past ? ` (${words.parts.before})` : ''}`;
  const showsValues = splits.columns.length === 0 || values.length > 1 || before !== null;
  const corner = splits.rows.length === 0 ? null : splits.rows.map(({ member, title }, at) => <th key={`${member}${at}`} scope="col" rowSpan={levels.length + (showsValues ? 1 : 0)}>{title}</th>);
  return (
    <div className="crm-r-scroll" role="region" tabIndex={0} aria-label={titleOf(report)}>
      <table>
        <thead>
          {levels.map((heads, level) => <tr key={level}>{level === 0 ? corner : null}{heads.map(({ key, text, span }, at) => <th key={`${key}.${at}`} scope={span > 1 ? 'colgroup' : 'col'} colSpan={span} className="crm-r-figure"><bdi>{text}</bdi></th>)}</tr>)}
          {showsValues ? <tr>{levels.length === 0 ? corner : null}{figures.map((figure, at) => <th key={at} scope="col" className="crm-r-figure">{named(figure)}</th>)}</tr> : null}
        </thead>
        <tbody>
          {orderOf(rows, splits.rows.length, totals.rows || splits.rows.length === 0).map((row) => {
            const path = pathOf(rows, row);
            const isTotal = path.length < splits.rows.length;
            return (
              <tr key={row} className={isTotal ? 'crm-r-total' : undefined}>
                {splits.rows.map(({ member }, level) => {
                  const at = path[level];
                  return <th key={`${member}${level}`} scope="row"><bdi>{at === undefined ? (level === path.length ? words.total : '') : nodeText(rows[at]!, splits.rows, report)}</bdi></th>;
                })}
                {figures.map(({ node, value, past }, at) => <td key={at} className={past ? 'crm-r-figure crm-r-past' : 'crm-r-figure'}>{writers[value]?.(cellOf(report, values[value]?.key ?? '', row, node, past))}</td>)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
