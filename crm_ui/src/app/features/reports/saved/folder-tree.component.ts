import { CdkDrag, CdkDragPlaceholder, CdkDropList } from '@angular/cdk/drag-drop';
import { ChangeDetectionStrategy, Component, inject, input, output } from '@angular/core';
import { MatMenu, MatMenuContent, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { IconComponent } from '@shared/icon/icon.component';
import { FolderActs, NOWHERE } from './folder.acts';
import { ReportFolder, ReportSummary } from './saved.model';

/** Something that was let go on a folder; null is no folder. */
export interface FolderDrop {
  readonly what: ReportSummary | ReportFolder;
  readonly to: ReportFolder | null;
}

/** The folders of reports: each leads to what is in it, takes what is dropped on it, and has a menu of what can be done with it. */
@Component({
  selector: 'crm-folder-tree',
  imports: [CdkDrag, CdkDragPlaceholder, CdkDropList, IconComponent, MatMenu, MatMenuContent, MatMenuItem, MatMenuTrigger, RouterLink, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <nav [attr.aria-label]="'reports.file.folders' | translate"><ul>
      <li><a routerLink="." [queryParams]="{ folder: null }" queryParamsHandling="merge" [attr.aria-current]="!current() ? 'true' : null"><span>{{ 'reports.list.all' | translate }}</span></a></li>
      @for (one of acts.tree(); track one.folder.id) {
        <li cdkDropList [cdkDropListSortingDisabled]="true" [cdkDropListEnterPredicate]="takes(one.folder)" (cdkDropListDropped)="dropped.emit({ what: $event.item.data, to: one.folder })" [style.padding-inline-start.px]="one.depth * 16">
          <div class="place" cdkDrag [cdkDragData]="one.folder" [cdkDragDisabled]="!acts.mayMove(one.folder)" [cdkDragStartDelay]="delay">
            <a routerLink="." [queryParams]="{ folder: one.folder.id, q: null }" queryParamsHandling="merge" [attr.aria-current]="current() === one.folder.id ? 'true' : null" [attr.data-folder]="one.folder.id"><crm-icon name="folder" [size]="15" /><bdi>{{ acts.nameOf(one.folder) }}</bdi></a>
            @if (acts.mayRename(one.folder) || acts.mayMove(one.folder)) { <button type="button" class="crm-icon-button crm-icon-button--small" [matMenuTriggerFor]="menu" [matMenuTriggerData]="{ folder: one.folder }" [attr.aria-label]="'reports.file.folderMenu' | translate: { name: acts.nameOf(one.folder) }" [attr.data-folder-menu]="one.folder.id"><crm-icon name="ellipsis-vertical" [size]="15" /></button> }
            <div *cdkDragPlaceholder class="hole"></div>
          </div>
        </li>
      }
      <li cdkDropList [cdkDropListSortingDisabled]="true" [cdkDropListEnterPredicate]="takes(null)" (cdkDropListDropped)="dropped.emit({ what: $event.item.data, to: null })" data-folder-drop="none"><a routerLink="." [queryParams]="{ folder: nowhere, q: null }" queryParamsHandling="merge" [attr.aria-current]="current() === nowhere ? 'true' : null"><span>{{ 'reports.list.none' | translate }}</span></a></li>
    </ul></nav>
    <mat-menu #menu>
      <ng-template matMenuContent let-folder="folder">
        @if (acts.mayRename(folder)) { <button mat-menu-item (click)="acts.rename(folder)" data-folder-do="rename">{{ 'reports.file.renameFolder' | translate }}</button> }
        @if (acts.mayMove(folder)) { <button mat-menu-item (click)="acts.moveTo(folder)" data-folder-do="move">{{ 'reports.file.move' | translate }}</button> }
        @if (acts.mayManage(folder)) { <button mat-menu-item (click)="acts.share(folder)" data-folder-do="share">{{ 'reports.share.title' | translate }}</button> }
        @if (acts.mayDelete(folder)) { <button mat-menu-item (click)="removed.emit(folder)" data-folder-do="delete">{{ 'reports.file.delete' | translate }}</button> }
      </ng-template>
    </mat-menu>
  `,
  styleUrl: './folder-tree.component.scss',
})
export class FolderTreeComponent {
  protected readonly acts = inject(FolderActs);
  protected readonly nowhere = NOWHERE;
  // A finger that scrolls is not to drag.
  protected readonly delay = { touch: 350, mouse: 0 };

  /** The folder that is open: its id, `none`, or nothing for all. */
  readonly current = input<string>();
  /** Something was let go on a folder. */
  readonly dropped = output<FolderDrop>();
  /** The reader wants a folder deleted. */
  readonly removed = output<ReportFolder>();

  private readonly predicates = new Map<string, (drag: CdkDrag<unknown>) => boolean>();

  /** Whether a folder takes what is held over it; the same closure for each, because it is compared. */
  protected takes(folder: ReportFolder | null): (drag: CdkDrag<unknown>) => boolean {
    const key = folder?.id ?? NOWHERE;
    const known = this.predicates.get(key) ?? (({ data }: CdkDrag<unknown>): boolean => this.acts.mayStand(data as ReportSummary | ReportFolder, this.acts.tree().find((one) => one.folder.id === key)?.folder ?? null));
    this.predicates.set(key, known);
    return known;
  }
}
