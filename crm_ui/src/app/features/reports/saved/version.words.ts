import { formatDate, formatNumber } from '@core/format/format';
import { Having, ReportCondition, ReportDefinition, ReportValue, Split } from '@core/reports/report.model';
import { isolated } from '@shared/format/reader';
import { calculationText, conditionText, FieldWords, havingText, keyText, splitText, valueText } from '../builder/definition.words';
import { titleOf, viewTitle } from '../builder/catalogue.model';
import { VersionChange } from './saved.model';

type Placed = { readonly on?: 'rows' | 'columns'; readonly at?: number };

/** A period in words: its name or its days. */
export function periodText(period: ReportDefinition['period'], { tag, text, meanings, arabic }: FieldWords): string {
  if (period === null) return text('home.periods.all');
  const { range } = period;
  const when = typeof range === 'string' ? text(range === 'all' ? 'home.periods.all' : `reports.periods.${range}`) : `${formatDate(range[0], tag)} – ${formatDate(range[1], tag)}`;
  return text('reports.versions.periodBy', { period: when, field: isolated(titleOf(period.member, meanings, arabic)) });
}

/** One change between two versions in words; `values` are those of both, for the names that orders and conditions use. */
export function changeText(change: VersionChange, values: readonly ReportValue[], words: FieldWords): string {
  const { what, action, from, to } = change;
  const { text, tag } = words;
  const one = to ?? from;
  const told = (name: (part: never) => string): string => {
    const [before, after] = [from === null ? '' : name(from as never), to === null ? '' : name(to as never)];
    if (action === 'changed' && before !== after) return text('reports.versions.changed', { from: isolated(before), to: isolated(after) });
    const well = (one as Placed | null)?.on;
    return text(`reports.versions.${action === 'changed' ? 'edited' : action}`, { field: isolated(after || before), well: text(`reports.wells.${well ?? (what === 'value' ? 'values' : 'filters')}`) });
  };
  switch (what) {
    case 'split': return told((split: Split) => splitText(split, words));
    case 'value': return told((value: ReportValue) => [valueText(value, words), calculationText(value, values, words)].filter(Boolean).join(' = '));
    case 'condition': return told((condition: ReportCondition) => conditionText(condition, words));
    case 'having': return told((having: Having) => havingText(having, values, words));
    case 'pin': return text('reports.versions.pin', { field: isolated(titleOf(change.measure ?? '', words.meanings, words.arabic)), from: from === null ? '–' : formatNumber(from, tag), to: to === null ? '–' : formatNumber(to, tag) });
    default: return text('reports.versions.single', { part: text(`reports.versions.parts.${what}`), from: isolated(partText(what, from, values, words)), to: isolated(partText(what, to, values, words)) });
  }
}

function partText(what: VersionChange['what'], part: unknown, values: readonly ReportValue[], words: FieldWords): string {
  const { text, tag } = words;
  switch (what) {
    case 'view': return viewTitle(String(part), words.meanings, words.arabic);
    case 'shape': return text(`reports.shapes.${String(part)}`);
    case 'period': return periodText(part as ReportDefinition['period'], words);
    case 'compare': return text(`reports.settings.compares.${String(part ?? 'none')}`);
    case 'sort': {
      const sort = part as ReportDefinition['sort'];
      return sort ? text(`reports.settings.${sort.order === 'asc' ? 'up' : 'down'}`, { field: keyText(sort.by, values, words) }) : text('reports.settings.natural');
    }
    case 'top': {
      const top = part as ReportDefinition['top'];
      return top ? text('reports.versions.top', { count: formatNumber(top.n, tag), order: text(`reports.settings.${top.order === 'asc' ? 'smallest' : 'largest'}`), field: keyText(top.value, values, words), others: text(top.others ? 'reports.versions.withOthers' : 'reports.versions.withoutOthers') }) : text('reports.settings.topNone');
    }
    case 'totals': {
      const { rows = false, columns = false } = (part ?? {}) as Partial<ReportDefinition['totals']>;
      return [...(rows ? [text('reports.settings.totalsRows')] : []), ...(columns ? [text('reports.settings.totalsColumns')] : [])].join(' · ') || text('reports.versions.none');
    }
    default: return '';
  }
}
