import { views } from './model.index.js';
import { cubeOf } from './model.registry.js';
import { viewMembers } from './model.render.js';
import type { Measure, Unit } from './model.types.js';

const units: Readonly<Record<Unit, string>> = {
  count: 'number', number: 'number', money: 'money', money_per_month: 'money per month', money_per_year: 'money per year', money_per_day: 'money per day', ratio: 'ratio (0.5 = 50 %)', months: 'months', days: 'days', hours: 'hours',
  minutes: 'minutes', text: 'text', date: 'date', score: '−100 to 100',
};

const head = `# KPI dictionary

Generated from the data model of \`crm_semantic\` by \`npm run dictionary -w crm_semantic\`; a test fails when it is out of date. Do not edit by hand.

What holds for every number:

- Deleted and test records do not count, nor what belongs to a test account. Merged accounts and contacts count once, under the survivor.
- A period is half-open, in the time zone of the query (UTC unless it says otherwise). A calendar date stays on its day in every time zone.
- Money is exact, converted to the reporting currency of the tenant at the rate of a day: won and lost deals the day they closed, open deals, budgets and recurring revenue
  today, spending and invoices their own day. The last rate published until then counts, direct or else inverted. A missing rate is an error, never 1.
- A zero denominator gives no value, shown as "–". Ratios go from 0 to 1 and are ratios of sums, never averages of ratios.
- A record's region is that of its account (or its own), else that of its owner's team.
- Figures of the past (as of an instant, between two) come from history. They take their instants by one filter each; a moment before history begins is an error.
- Additive numbers sum over any split to the whole; the others must be asked for at the level at which they are shown.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The formula in both languages, the Arabic one from right to left. */
const formulas = ({ formula, formulaAr }: Measure): string => (formula === undefined ? '–' : [cell(formula), ...(formulaAr === undefined ? [] : [`<bdi dir="rtl">${cell(formulaAr)}</bdi>`])].join('<br>'));

function row(view: string, name: string, measure: Measure, owner: string): string {
  return (
    `| \`${view}.${name}\`${measure.kpi ? `<br>${measure.kpi}` : ''} | **${cell(measure.title)}**<br>${cell(measure.description)} | <bdi dir="rtl">**${cell(measure.titleAr)}**<br>${cell(measure.descriptionAr)}</bdi> ` +
    `| ${formulas(measure)} | ${units[measure.unit]} | ${measure.additive ? 'yes' : 'no'} | ${owner} | ${measure.version ?? 1} |\n`
  );
}

/** The KPI dictionary as Markdown: every public number with key, both names, formula, unit, owner and version. */
export function kpiDictionary(): string {
  const sections = views.map((view) => {
    const cube = cubeOf(view);
    const shown = viewMembers(view, cube);
    const measures = Object.entries(cube.measures).filter(([name]) => shown.includes(name));
    const dimensions = shown.filter((name) => !(name in cube.measures));
    return (
      `\n## ${view.title} · ${view.titleAr}\n\n${view.description} ${view.descriptionAr} Rows by the scope on \`${view.resource}\`.\n\n` +
      '| Key | English | العربية | Formula | Unit | Additive | Owner | Version |\n|---|---|---|---|---|---|---|---|\n' +
      measures.map(([name, measure]) => row(view.name, name, measure, view.owner)).join('') +
      `\nSplit and filter by: ${dimensions.map((name) => `\`${name}\` (${cube.dimensions[name]?.title ?? ''}, ${cube.dimensions[name]?.titleAr ?? ''})`).join(' · ')}.\n`
    );
  });
  return head + sections.join('');
}
