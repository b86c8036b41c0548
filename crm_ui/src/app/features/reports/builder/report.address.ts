import { inject, Injectable, signal } from '@angular/core';
import { Router } from '@angular/router';
import { ReportDefinition } from '@core/reports/report.model';
import { NoticeService } from '@shared/dialog/notice.service';
import { decode, encode } from '../definition/definition.code';
import { EMPTY, isSame } from '../definition/definition.model';
import { ReportBuilder } from './report.builder';
import { ReportStore } from './report.store';

/** Keeps the whole definition in the address, so that reload, back and a link that was sent restore it. What is saved as it stands needs no words there. */
@Injectable()
export class ReportAddress {
  private readonly builder = inject(ReportBuilder);
  private readonly notice = inject(NoticeService);
  private readonly router = inject(Router);
  private readonly store = inject(ReportStore);
  /** What the address says; undefined before it was read. */
  private known: string | null | undefined;
  private run = 0;
  /** What was written here and is still to be seen in the address: one edit may follow another before it is. */
  private readonly own = new Set<string | null>();

  /** What an address without a definition stands for: the saved report, or an empty one. */
  readonly base = signal<ReportDefinition>(EMPTY);

  /** Begins with a report and what the address says of it: changes to it are a step that can be undone. */
  async begin(base: ReportDefinition, text: string | undefined): Promise<void> {
    const run = ++this.run;
    // Until it has begun, the address is neither followed nor written.
    this.known = undefined;
    const definition = await this.definitionOf(text);
    if (run !== this.run) return;
    this.own.clear();
    this.known = text ?? null;
    this.base.set(base);
    this.store.begin(base);
    if (definition) this.store.change(definition);
  }

  /** Follows the address where somebody else changed it, such as by going back. */
  async read(text: string | undefined): Promise<void> {
    if (this.own.delete(text ?? null) || this.known === undefined || (text ?? null) === this.known) return;
    const run = ++this.run;
    this.known = text ?? null;
    const definition = text === undefined ? this.base() : await this.definitionOf(text);
    if (run === this.run && definition) this.store.adopt(definition);
  }

  /** Writes the definition into the address, a step of the history each time. */
  async write(definition: ReportDefinition): Promise<void> {
    if (this.known === undefined) return;
    const run = ++this.run;
    const text = isSame(definition, this.base()) ? null : await encode(definition);
    if (run !== this.run || text === this.known) return;
    this.known = text;
    this.own.add(text);
    // One that is overtaken by the next is never seen.
    if (!(await this.router.navigate([], { queryParams: { d: text }, queryParamsHandling: 'merge' }))) this.own.delete(text);
  }

  private async definitionOf(text: string | undefined): Promise<ReportDefinition | null> {
    if (text === undefined) return null;
    const definition = await decode(text);
    if (!definition) this.notice.say(this.builder.text('builder.damaged'));
    return definition;
  }
}
