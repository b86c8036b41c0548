import { Expression } from '@core/reports/report.model';

/** A value that a formula may name: by its key, or by its title in brackets. */
export interface Named {
  readonly key: string;
  readonly titles: readonly string[];
}

/** What is wrong with a formula: the key of its words, where it is, and what stands there. */
export interface FormulaError {
  readonly code: 'empty' | 'unknown' | 'ambiguous' | 'unexpected' | 'ended' | 'unclosed' | 'bracket' | 'number' | 'zero' | 'total' | 'deep';
  readonly at: number;
  readonly text: string;
}

export type Parsed = { readonly expression: Expression; readonly error: null } | { readonly expression: null; readonly error: FormulaError };
export type TotalKind = 'grand' | 'row' | 'column' | 'parent';

/** The words of a formula in both languages; they are understood in either. */
export const FUNCTIONS: Readonly<Record<string, 'share' | 'total'>> = { share: 'share', total: 'total', حصة: 'share', إجمالي: 'total', اجمالي: 'total' };
export const TOTALS: Readonly<Record<string, TotalKind>> = { grand: 'grand', all: 'grand', row: 'row', column: 'column', group: 'parent', parent: 'parent', الكل: 'grand', الصف: 'row', العمود: 'column', المجموعة: 'parent' };

interface Token { readonly kind: 'number' | 'name' | 'title' | 'sign' | 'end'; readonly text: string; readonly at: number }
const SIGNS: Readonly<Record<string, string>> = { '+': '+', '-': '-', '−': '-', '*': '*', '×': '*', '/': '/', '÷': '/', '(': '(', ')': ')', ',': ',', '،': ',' };
const DEEP = 30;

class Wrong extends Error {
  constructor(readonly error: FormulaError) { super(error.code); }
}
const wrong = (code: FormulaError['code'], { at, text }: Pick<Token, 'at' | 'text'>): never => { throw new Wrong({ code, at, text }); };

/** Arabic digits and their decimal sign as Latin ones. */
const latin = (text: string): string => text.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).replace(/٫/g, '.').replace(/٬/g, '');

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const [found, kind] = ([[/^\s+/, null], [/^[\d٠-٩]+(?:[.٫][\d٠-٩]+)?/, 'number'], [/^\[[^\]]*\]/, 'title'], [/^[\p{L}_][\p{L}\p{M}\d_]*/u, 'name'], [/^[+\-−*×/÷(),،]/, 'sign']] as const)
      .map(([pattern, name]) => [pattern.exec(rest)?.[0], name] as const).find(([match]) => match) ?? [undefined, null];
    if (found === undefined) return wrong(rest.startsWith('[') ? 'bracket' : 'unexpected', { at, text: [...rest][0] ?? '' });
    if (kind) tokens.push({ kind, at, text: kind === 'sign' ? (SIGNS[found] ?? found) : kind === 'number' ? latin(found) : kind === 'title' ? found.slice(1, -1).trim() : found });
    at += found.length;
  }
  return [...tokens, { kind: 'end', at: text.length, text: '' }];
}

/** Reads a formula: + − * / and parentheses over numbers, keys, titles in brackets, `total(x, grand)` and `share(x, row)`. */
export function parseFormula(text: string, names: readonly Named[]): Parsed {
  try {
    const tokens = tokensOf(text);
    if (tokens.length === 1) wrong('empty', { at: 0, text: '' });
    const reader = new FormulaReader(tokens, names);
    const expression = reader.sum(0);
    reader.finish();
    return { expression, error: null };
  } catch (error) {
    if (error instanceof Wrong) return { expression: null, error: error.error };
    throw error;
  }
}

/** Descends through a formula's tokens: sums of products of signs of parts. */
class FormulaReader {
  private place = 0;
  constructor(private readonly tokens: readonly Token[], private readonly names: readonly Named[]) {}

  sum(depth: number): Expression {
    return this.chain(['+', '-'], () => this.chain(['*', '/'], () => this.signed(depth)));
  }

  /** Nothing may follow a whole formula. */
  finish(): void {
    const token = this.peek();
    if (token.kind !== 'end') wrong('unexpected', token);
  }

  private chain(signs: readonly string[], part: () => Expression): Expression {
    let left = part();
    for (let sign = this.peek(); sign.kind === 'sign' && signs.includes(sign.text); sign = this.peek()) {
      this.place += 1;
      const begins = this.peek();
      const right = part();
      if (sign.text === '/' && 'number' in right && Number(right.number) === 0) wrong('zero', begins);
      left = { op: sign.text as '+' | '-' | '*' | '/', args: [left, right] };
    }
    return left;
  }

  private signed(depth: number): Expression {
    const token = this.peek();
    if (depth > DEEP) wrong('deep', token);
    if (token.kind !== 'sign' || token.text !== '-') return this.part(depth);
    this.place += 1;
    const inner = this.signed(depth + 1);
    if ('number' in inner) return { number: inner.number.startsWith('-') ? inner.number.slice(1) : `-${inner.number}` };
    return { op: '*', args: [{ number: '-1' }, inner] };
  }

  private part(depth: number): Expression {
    const token = this.take();
    if (token.kind === 'number') return /^\d{1,16}(\.\d{1,6})?$/.test(token.text) ? { number: token.text } : wrong('number', token);
    if (token.kind === 'title') return { value: this.named(token) };
    if (token.kind === 'name') {
      const word = FUNCTIONS[token.text.toLocaleLowerCase()];
      return word !== undefined && this.peek().text === '(' ? this.call(word) : { value: this.named(token) };
    }
    if (token.text !== '(') return wrong(token.kind === 'end' ? 'ended' : 'unexpected', token);
    const inner = this.sum(depth + 1);
    this.expect(')', 'unclosed');
    return inner;
  }

  private call(word: 'share' | 'total'): Expression {
    this.expect('(', 'unexpected');
    const token = this.take();
    const value = token.kind === 'title' || token.kind === 'name' ? this.named(token) : wrong('total', token);
    this.expect(',', 'total');
    const which = this.take();
    const of = TOTALS[which.text.toLocaleLowerCase()] ?? wrong('total', which);
    this.expect(')', 'unclosed');
    const total: Expression = { value, of };
    return word === 'total' ? total : { op: '/', args: [{ value }, total] };
  }

  private named(token: Token): string {
    const plain = token.text.toLocaleLowerCase();
    const byKey = this.names.find(({ key }) => key === plain);
    if (byKey) return byKey.key;
    const found = this.names.filter(({ titles }) => titles.some((title) => title.toLocaleLowerCase() === plain));
    if (found.length > 1) wrong('ambiguous', token);
    return found[0]?.key ?? wrong('unknown', token);
  }

  private expect(sign: string, code: FormulaError['code']): void {
    const token = this.take();
    if (token.text !== sign || token.kind !== 'sign') wrong(code, token);
  }

  private peek(): Token {
    return this.tokens[this.place] ?? { kind: 'end', text: '', at: 0 };
  }

  private take(): Token {
    const token = this.peek();
    this.place = Math.min(this.place + 1, this.tokens.length - 1);
    return token;
  }
}
