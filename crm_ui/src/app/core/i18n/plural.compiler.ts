import { Injectable } from '@angular/core';
import { InterpolatableTranslation, InterpolatableTranslationObject, TranslateCompiler, TranslationObject } from '@ngx-translate/core';

/** Values for the places of a text. */
export type TextValues = Record<string, unknown>;

const PLURAL = /\{(\w+), plural,((?:\s*(?:=\d+|zero|one|two|few|many|other) \{(?:[^{}]|\{\{?\w+\}?\})*\})+)\s*\}/g;
const BRANCH = /(=\d+|zero|one|two|few|many|other) \{((?:[^{}]|\{\{?\w+\}?\})*)\}/g;

/** Chooses the branch of an ICU plural; Arabic has six. `#` stands for the number, written in the reader's digits. */
export function plural(branches: ReadonlyMap<string, string>, count: number, language: string, shown: string): string {
  const branch = branches.get(`=${count}`) ?? branches.get(new Intl.PluralRules(language).select(count)) ?? branches.get('other') ?? '';
  return branch.replaceAll('#', shown);
}

/** Compiles texts with ICU plurals such as `{count, plural, one {# deal} other {# deals}}`; the rest stays with ngx-translate. */
@Injectable()
export class PluralCompiler extends TranslateCompiler {
  override compile(value: string, language: string): InterpolatableTranslation {
    if (!value.includes(', plural,')) return value;
    const parsed = [...value.matchAll(PLURAL)].map((match) => ({
      whole: match[0],
      name: match[1] ?? '',
      branches: new Map([...(match[2] ?? '').matchAll(BRANCH)].map((branch) => [branch[1] ?? '', branch[2] ?? ''])),
    }));
    return (values: TextValues = {}) => {
      let text = value;
      for (const { whole, name, branches } of parsed) {
        const raw = values[name];
        // A number may come as `{value, text}`, so that the text shows the reader's digits while the branch follows the number.
        const given = typeof raw === 'object' && raw !== null ? (raw as { value: number; text: string }) : { value: Number(raw), text: String(raw) };
        text = text.replace(whole, plural(branches, given.value, language, given.text));
      }
      return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (_all, name: string) => String(values[name] ?? ''));
    };
  }

  override compileTranslations(translations: TranslationObject, language: string): InterpolatableTranslationObject {
    const compiled: InterpolatableTranslationObject = {};
    for (const [key, value] of Object.entries(translations)) {
      if (typeof value === 'string') compiled[key] = this.compile(value, language);
      else if (typeof value === 'object' && value !== null) compiled[key] = this.compileTranslations(value as TranslationObject, language);
    }
    return compiled;
  }
}
