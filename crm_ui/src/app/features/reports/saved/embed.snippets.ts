/** What is pasted into a page: the script of the product and the element that it defines. */
export function htmlSnippet(origin: string, token: string, locale: string): string {
  return `<script src="${origin}/embed/crm-embed.js" defer></script>\n<crm-report token="${token}" locale="${locale}"></crm-report>`;
}

/** The same in a React host. */
export function reactSnippet(origin: string, token: string, locale: string): string {
  return `import { CrmReport } from 'crm_embed';\n\n<CrmReport\n  apiUrl="${origin}/crm/v1"\n  token="${token}"\n  locale="${locale}"\n  onExpired={() => { /* fetch the next token */ }}\n/>`;
}

/** Lines that say something, without what surrounds them. */
export const linesOf = (text: string): string[] => text.split(/[\s,]+/).filter((line) => line !== '');
