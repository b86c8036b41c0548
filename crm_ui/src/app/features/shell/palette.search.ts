import { inject, Injectable } from '@angular/core';
import { Router } from '@angular/router';
import { TranslateService } from '@ngx-translate/core';
import { ApiClient, Reference } from '@core/api/api.client';
import { AuthService } from '@core/auth/auth.service';
import { valueIn } from '@core/i18n/known.value';
import { LocaleService } from '@core/i18n/locale.service';
import { NavService } from '@core/nav/nav.service';
import { SessionService } from '@core/session/session.service';
import { ThemeService } from '@core/theme/theme.service';
import { ENTITY_PATHS } from '@shared/chip/entity-link.component';
import { IconName } from '@shared/icon/icons';

/** One thing that the palette offers. */
export interface PaletteItem {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly icon: IconName;
  readonly run: () => void;
}

/** Offers of one kind under a heading. */
export interface PaletteGroup {
  readonly key: string;
  readonly title: string;
  readonly items: readonly PaletteItem[];
}

type Found = { readonly id: string; readonly name?: string; readonly legal_name?: string; readonly full_name?: string; readonly first_name?: string | null; readonly last_name?: string | null; readonly email?: string | null; readonly account?: Reference | null; readonly region?: string | null };

const RECORD_ICONS: Readonly<Record<string, IconName>> = { deals: 'handshake', accounts: 'building', contacts: 'users' };
const RECORDS_EACH = 5;

/** True when every word typed begins or stands in the text, whatever the case and the marks above letters. */
export function matches(text: string, query: string): boolean {
  const plain = (value: string): string => value.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
  const target = plain(text);
  return plain(query).split(/\s+/).every((word) => target.includes(word));
}

/** The name that a found record is called by. */
export function nameOf(record: Found): string {
  const person = [record.first_name, record.last_name].filter(Boolean).join(' ');
  return record.name ?? record.legal_name ?? record.full_name ?? (person || record.email || record.id);
}

/** Finds what the palette offers: commands and pages at once, records through the API. */
@Injectable({ providedIn: 'root' })
export class PaletteSearch {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly nav = inject(NavService);
  private readonly session = inject(SessionService);
  private readonly locale = inject(LocaleService);
  private readonly theme = inject(ThemeService);
  private readonly auth = inject(AuthService);
  private readonly translate = inject(TranslateService);

  /** Pages and commands that match. */
  commands(query: string): PaletteGroup[] {
    const pages = this.nav.entries().map((entry) => ({ id: `page${entry.path}`, label: this.text(entry.label), icon: entry.icon, run: () => this.go(entry.path) }));
    const toArabic = this.locale.language() === 'en';
    const actions: PaletteItem[] = [
      { id: 'theme', label: this.text('palette.toggleTheme'), icon: 'moon', run: () => this.theme.toggle() },
      { id: 'language', label: this.text(toArabic ? 'palette.toArabic' : 'palette.toEnglish'), icon: 'languages', run: () => void this.locale.choose(toArabic ? 'ar' : 'en') },
      { id: 'sign-out', label: this.text('bar.signOut'), icon: 'log-out', run: () => { this.auth.signOut(); this.go('/login'); } },
    ];
    return [
      { key: 'pages', title: this.text('palette.pages'), items: pages.filter((item) => matches(item.label, query)) },
      { key: 'actions', title: this.text('palette.actions'), items: actions.filter((item) => matches(item.label, query)) },
    ].filter((group) => group.items.length > 0);
  }

  /** Records that match; a kind that fails or is not allowed is left out. */
  async records(query: string): Promise<PaletteGroup[]> {
    const kinds = Object.keys(ENTITY_PATHS).filter((kind) => this.session.can(kind, 'read'));
    const groups = await Promise.all(kinds.map((kind) => this.recordsOf(kind, query)));
    return groups.filter((group) => group.items.length > 0);
  }

  private async recordsOf(kind: string, query: string): Promise<PaletteGroup> {
    const title = this.text(`palette.records.${kind}`);
    try {
      const page = await this.api.list<Found>(kind, { q: query }, { limit: RECORDS_EACH });
      const items = page.items.map((record) => ({
        id: `${kind}/${record.id}`,
        label: nameOf(record),
        detail: record.account?.name ?? record.email ?? (record.region ? valueIn('region', record.region, (key) => this.text(key)) : undefined),
        icon: RECORD_ICONS[kind] ?? 'file-text',
        run: () => this.go(`${ENTITY_PATHS[kind]}/${record.id}`),
      }));
      return { key: kind, title, items };
    } catch {
      return { key: kind, title, items: [] };
    }
  }

  private go(path: string): void {
    void this.router.navigateByUrl(path);
  }

  private text(key: string): string {
    return String(this.translate.instant(key));
  }
}
