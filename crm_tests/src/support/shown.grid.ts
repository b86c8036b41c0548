import type { Page } from 'playwright-core';

/** A line of a report as it is read on the screen. */
export interface ShownLine {
  readonly names: readonly string[];
  readonly cells: readonly string[];
}

/** All headings over the columns and all lines of the table of a report, as they stand on the screen: what is out of sight is scrolled to. */
export async function shownGrid(page: Page): Promise<{ readonly heads: readonly string[]; readonly lines: readonly ShownLine[] }> {
  return page.evaluate(async () => {
    // Runs in the page; its types are not those of this package.
    interface Part { readonly textContent: string | null; getAttribute(name: string): string | null; querySelectorAll(selector: string): Iterable<Part> }
    interface Box extends Part { readonly clientHeight: number; readonly clientWidth: number; readonly scrollHeight: number; readonly scrollWidth: number; scrollTop: number; scrollLeft: number }
    const { document, requestAnimationFrame } = globalThis as unknown as { document: { querySelector(selector: string): Box | null; documentElement: { dir: string } }; requestAnimationFrame(then: () => void): void };
    const grid = document.querySelector('crm-report-grid [role=grid]');
    if (!grid) throw new Error('There is no table');
    const drawn = (): Promise<void> => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(() => then())));
    const text = (part: Part): string => (part.textContent ?? '').replace(/[\u200e\u200f\u061c\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();
    const at = (part: Part, name: string): number => Number(part.getAttribute(name));
    const heads = new Map<string, string>();
    const lines = new Map<number, { readonly names: Map<number, string>; readonly cells: Map<number, string> }>();
    const sideways = document.documentElement.dir === 'rtl' ? -1 : 1;
    for (let top = 0; ; top += Math.max(100, grid.clientHeight - 200)) {
      for (let left = 0; ; left += Math.max(100, grid.clientWidth - 400)) {
        grid.scrollTop = top;
        grid.scrollLeft = left * sideways;
        await drawn();
        for (const row of grid.querySelectorAll('.head [role=row]')) for (const head of row.querySelectorAll('[role=columnheader]')) heads.set(`${String(at(row, 'aria-rowindex')).padStart(3, '0')} ${String(at(head, 'aria-colindex')).padStart(5, '0')}`, text(head));
        for (const row of grid.querySelectorAll('[role=row].line')) {
          const line = lines.get(at(row, 'aria-rowindex')) ?? { names: new Map<number, string>(), cells: new Map<number, string>() };
          lines.set(at(row, 'aria-rowindex'), line);
          for (const name of row.querySelectorAll('[role=rowheader]')) line.names.set(at(name, 'aria-colindex'), text(name));
          for (const cell of row.querySelectorAll('[role=gridcell]')) line.cells.set(at(cell, 'aria-colindex'), text(cell));
        }
        if (left + grid.clientWidth >= grid.scrollWidth - 1) break;
      }
      if (top + grid.clientHeight >= grid.scrollHeight - 1) break;
    }
    const ordered = (of: Map<number, string>): string[] => [...of].sort(([one], [other]) => one - other).map(([, words]) => words);
    return {
      heads: [...heads].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, words]) => words),
      lines: [...lines].sort(([one], [other]) => one - other).map(([, { names, cells }]) => ({ names: ordered(names), cells: ordered(cells) })),
    };
  });
}

/** What a cell shows: its number, and how exact it is; null where it shows that there is nothing. */
export function readNumber(shown: string): { readonly value: number; readonly half: number } | null {
  const plain = shown.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).replace(/٫/g, '.').replace(/[٬,]/g, '').replace(/\u2212/g, '-');
  const [found, , decimals = ''] = /-?\d+(\.(\d+))?/.exec(plain.replace(/(\d)\s(?=\d)/g, '$1')) ?? [];
  if (found === undefined) return null;
  const part = /[%٪]/.test(shown) ? 100 : 1;
  const places = /\.(\d+)/.exec(decimals === '' ? '' : found)?.[1]?.length ?? 0;
  return { value: Number(found) / part, half: 0.5 * 10 ** -places / part };
}
