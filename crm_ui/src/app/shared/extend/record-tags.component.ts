import { ChangeDetectionStrategy, Component, computed, effect, inject, input, linkedSignal } from '@angular/core';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { SessionService } from '@core/session/session.service';
import { NoticeService } from '../dialog/notice.service';
import { IconComponent } from '../icon/icon.component';
import { TagsService } from './tags.service';

/** A tag as a record carries it. */
export interface RecordTag {
  readonly id: string;
  readonly name: string;
  readonly color: string | null;
}

/** The tags of a record: taken off and put on where the reader may write it. The colour is a mark beside the name, never all that is said. */
@Component({
  selector: 'crm-record-tags',
  imports: [MatMenu, MatMenuItem, MatMenuTrigger, TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (on()) {
      <ul [attr.aria-label]="'extend.tags.title' | translate" data-test="tags">
        @for (tag of shown(); track tag.id) {
          <li><span class="crm-tag-dot" [style.background]="tag.color ?? 'var(--crm-text-3)'" aria-hidden="true"></span><bdi class="crm-ellipsis">{{ tag.name }}</bdi>
            @if (editable()) { <button type="button" class="off" (click)="remove(tag)" [attr.aria-label]="'extend.tags.remove' | translate: { name: tag.name }" [title]="'extend.tags.remove' | translate: { name: tag.name }"><crm-icon name="x" [size]="13" /></button> }</li>
        }
        @if (editable()) {
          <li class="add"><button type="button" [matMenuTriggerFor]="menu" (menuOpened)="read()" data-test="add-tag"><crm-icon name="plus" [size]="13" />{{ 'extend.tags.add' | translate }}</button></li>
        }
      </ul>
      <mat-menu #menu="matMenu">
        @for (tag of offered(); track tag.id) { <button mat-menu-item (click)="add(tag)"><span class="crm-tag-dot" [style.background]="tag.color ?? 'var(--crm-text-3)'" aria-hidden="true"></span><bdi>{{ tag.name }}</bdi></button> }
        @empty { <button mat-menu-item disabled>{{ 'extend.tags.none' | translate }}</button> }
      </mat-menu>
    }
  `,
  styles: `
    ul { display: flex; flex-wrap: wrap; gap: 6px; } li { display: inline-flex; align-items: center; gap: 6px; max-inline-size: 100%; min-block-size: 24px; padding-inline: 10px 4px; border: 1px solid var(--crm-border); border-radius: 999px; background: var(--crm-surface); font-size: var(--crm-text-12); color: var(--crm-text); } li:not(:has(.off)) { padding-inline-end: 10px; }
    .off { display: grid; place-items: center; inline-size: 20px; block-size: 20px; border-radius: 50%; color: var(--crm-text-2); } .off:hover { background: var(--crm-hover); color: var(--crm-text); }
    .add { padding: 0 !important; border-style: dashed; } .add button { display: inline-flex; align-items: center; gap: 4px; min-block-size: 22px; padding-inline: 8px 10px; border-radius: 999px; color: var(--crm-text-2); } .add button:hover { color: var(--crm-text); background: var(--crm-hover); }
    @media (max-width: 720px) { .off { inline-size: 28px; block-size: 28px; } .add button { min-block-size: 28px; } }
  `,
})
export class RecordTagsComponent {
  private readonly api = inject(ApiClient);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  private readonly known = inject(TagsService);
  /** The record's path, such as `accounts/…`. */
  readonly path = input.required<string>();
  /** The tags it carries; null while the feature is off. */
  readonly tags = input<readonly RecordTag[] | null | undefined>(null);
  /** Whether the reader may change the record. */
  readonly editable = input(false);

  protected readonly on = computed(() => this.session.feature('crm_feature_tags') && !!this.tags() && (this.editable() || this.shown().length > 0));
  protected readonly shown = linkedSignal(() => this.tags() ?? []);
  protected readonly offered = computed(() => this.known.all().filter((tag) => !this.shown().some(({ id }) => id === tag.id)));

  constructor() {
    effect(() => { if (this.on() && this.editable() && this.known.all().length === 0) void this.read(); });
  }

  protected async read(): Promise<void> {
    try {
      await this.known.load();
    } catch (error) {
      this.notice.fail(error);
    }
  }

  protected add(tag: RecordTag): Promise<void> {
    return this.change([...this.shown(), tag], () => this.api.post<{ tags: readonly RecordTag[] }>(`${this.path()}/tags`, { tag_ids: [tag.id] }));
  }

  protected remove(tag: RecordTag): Promise<void> {
    return this.change(this.shown().filter(({ id }) => id !== tag.id), async () => { await this.api.remove(`${this.path()}/tags/${tag.id}`); return null; });
  }

  /** Shows at once what is wanted, and goes back where it is refused. */
  private async change(wanted: readonly RecordTag[], send: () => Promise<{ tags: readonly RecordTag[] } | null>): Promise<void> {
    const before = this.shown();
    this.shown.set(wanted);
    try {
      const saved = await send();
      if (saved) this.shown.set(saved.tags);
    } catch (error) {
      this.shown.set(before);
      this.notice.fail(error);
    }
  }
}
