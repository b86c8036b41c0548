import { Expression } from '@core/reports/report.model';

/** How a formula is written: names of values, and the words for totals in the reader's language. */
export interface FormulaWords {
  readonly name: (key: string) => string;
  readonly arabic: boolean;
}

const WORDS = {
  en: { share: 'share', total: 'total', grand: 'grand', row: 'row', column: 'column', parent: 'group' },
  ar: { share: 'حصة', total: 'إجمالي', grand: 'الكل', row: 'الصف', column: 'العمود', parent: 'المجموعة' },
} as const;
const STRENGTH = { '+': 1, '-': 1, '*': 2, '/': 2 } as const;
const SIGN = { '+': '+', '-': '−', '*': '×', '/': '÷' } as const;

/** An expression as text that `parseFormula` reads back to the same expression. */
export function formulaText(expression: Expression, words: FormulaWords): string {
  const { share, total, ...of } = WORDS[words.arabic ? 'ar' : 'en'];
  const comma = words.arabic ? '، ' : ', ';
  const named = (key: string): string => `[${words.name(key)}]`;
  if ('number' in expression) return expression.number.replace('-', '−');
  if ('value' in expression) return 'of' in expression ? `${total}(${named(expression.value)}${comma}${of[expression.of]})` : named(expression.value);
  const [left, right] = expression.args;
  if (isShare(expression) && 'value' in left && 'of' in right) return `${share}(${named(left.value)}${comma}${of[right.of]})`;
  const side = (part: Expression, isRight: boolean): string => {
    const text = formulaText(part, words);
    if (!('op' in part) || isShare(part)) return text;
    const looser = STRENGTH[part.op] < STRENGTH[expression.op] || (isRight && STRENGTH[part.op] === STRENGTH[expression.op]);
    return looser ? `(${text})` : text;
  };
  return `${side(left, false)} ${SIGN[expression.op]} ${side(right, true)}`;
}

function isShare(expression: Expression): boolean {
  if (!('op' in expression) || expression.op !== '/') return false;
  const [left, right] = expression.args;
  return 'value' in left && !('of' in left) && 'of' in right && left.value === right.value;
}
