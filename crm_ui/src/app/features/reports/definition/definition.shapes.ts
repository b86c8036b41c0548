import { ReportDefinition, shapes, Split } from '@core/reports/report.model';
import { localOf } from './definition.model';

export type Shape = (typeof shapes)[number];

/** What a shape lacks; the key of its words. */
export type ShapeProblem = 'noSplits' | 'row' | 'oneRow' | 'time' | 'twoValues' | 'parts' | 'rowAndColumn' | 'cohort' | 'region' | 'steps';

const isTime = (split: Split | undefined): boolean => split?.grain !== undefined;
const isRegion = (split: Split | undefined): boolean => split !== undefined && /(^|_)(region|country|territory)$/.test(localOf(split.member));

/** Why a shape cannot be drawn of the fields chosen; null where it can. */
export function shapeProblem(shape: Shape, { rows, columns, values }: Pick<ReportDefinition, 'rows' | 'columns' | 'values'>): ShapeProblem | null {
  const needs = (fine: boolean, problem: ShapeProblem): ShapeProblem | null => (fine ? null : problem);
  switch (shape) {
    case 'table': case 'pivot': return null;
    case 'kpi': return needs(rows.length + columns.length === 0, 'noSplits');
    case 'bar': case 'hbar': return needs(rows.length > 0, 'row');
    case 'stacked': return needs(rows.length > 0, 'row') ?? needs(columns.length > 0 || values.length > 1, 'parts');
    case 'line': case 'area': return needs(isTime(rows[0]), 'time');
    case 'combo': return needs(rows.length > 0, 'row') ?? needs(values.length > 1, 'twoValues');
    case 'funnel': return needs(rows.length > 0 || values.length > 1, 'steps');
    case 'waterfall': return needs(rows.length === 1, 'oneRow');
    case 'scatter': return needs(rows.length > 0, 'row') ?? needs(values.length > 1, 'twoValues');
    case 'heatmap': return needs(rows.length > 0 && columns.length > 0, 'rowAndColumn');
    case 'cohort': return needs(isTime(rows[0]) && columns.length > 0, 'cohort');
    case 'map': return needs(isRegion(rows[0]), 'region');
  }
}
