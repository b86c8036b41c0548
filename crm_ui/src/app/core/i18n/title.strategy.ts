import { effect, inject, Injectable, signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { RouterStateSnapshot, TitleStrategy } from '@angular/router';
import { TranslateService } from '@ngx-translate/core';

/** Writes the page's title in the reader's language; routes give a translation key, pages of records may set a name. */
@Injectable({ providedIn: 'root' })
export class TranslatedTitleStrategy extends TitleStrategy {
  private readonly title = inject(Title);
  private readonly translate = inject(TranslateService);
  private readonly key = signal<string | null>(null);

  constructor() {
    super();
    effect(() => {
      this.translate.currentLang();
      this.write();
    });
  }

  override updateTitle(snapshot: RouterStateSnapshot): void {
    this.key.set(this.buildTitle(snapshot) ?? null);
    this.write();
  }

  /** Names the record that a page shows. */
  name(text: string): void {
    this.title.setTitle(`${text} · ${this.text('app.name')}`);
  }

  private write(): void {
    const key = this.key();
    this.title.setTitle(key === null ? this.text('app.name') : `${this.text(key)} · ${this.text('app.name')}`);
  }

  private text(key: string): string {
    return String(this.translate.instant(key));
  }
}
