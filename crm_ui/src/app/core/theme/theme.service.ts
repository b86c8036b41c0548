import { DOCUMENT, effect, inject, Injectable, signal } from '@angular/core';
import { readStored, writeStored } from '../storage';

/** What the reader chose; `system` follows the device. */
export type Theme = 'system' | 'light' | 'dark';
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const KEY = 'crm.theme';

/** Holds the theme and writes it on the document, where the tokens read it. */
@Injectable({ providedIn: 'root' })
export class ThemeService {
  private readonly root = inject(DOCUMENT).documentElement;
  /** The choice. */
  readonly theme = signal<Theme>(THEMES.find((theme) => theme === readStored(KEY)) ?? 'system');

  constructor() {
    effect(() => {
      const theme = this.theme();
      if (theme === 'system') this.root.removeAttribute('data-theme');
      else this.root.setAttribute('data-theme', theme);
    });
  }

  /** Chooses and remembers a theme. */
  choose(theme: Theme): void {
    this.theme.set(theme);
    writeStored(KEY, theme);
  }

  /** Switches between light and dark, from what is seen now. */
  toggle(): void {
    const dark = this.theme() === 'dark' || (this.theme() === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
    this.choose(dark ? 'light' : 'dark');
  }
}
