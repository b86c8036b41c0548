import { LiveAnnouncer } from '@angular/cdk/a11y';
import { computed, inject, Injectable, resource, signal } from '@angular/core';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { Problem, toProblem, WordsOf } from '@core/api/problem';
import { ReportDefinition } from '@core/reports/report.model';
import { SessionService } from '@core/session/session.service';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { PageReader } from '@shared/format/reader';
import { EMPTY, Field, Place, viewOf, WellName } from '../definition/definition.model';
import { addTo, hasRoom, move, remove } from '../definition/definition.moves';
import { Meanings, titleOf, viewTitle } from './catalogue.model';
import { fieldText, FieldWords } from './definition.words';
import { ReportStore } from './report.store';

const NONE: Meanings = new Map();

/** What is done in the builder, by whichever way: each act is one step that can be undone, and is said aloud. */
@Injectable()
export class ReportBuilder {
  private readonly analytics = inject(AnalyticsClient);
  private readonly announcer = inject(LiveAnnouncer);
  private readonly confirm = inject(ConfirmService);
  private readonly page = inject(PageReader);
  private readonly session = inject(SessionService);
  readonly store = inject(ReportStore);

  private readonly meta = resource({ loader: () => this.analytics.members() });
  readonly meanings = computed((): Meanings => (this.meta.hasValue() ? this.meta.value() : NONE));
  readonly waiting = computed(() => this.meta.isLoading());
  readonly failure = computed((): Problem | null => (this.meta.error() ? toProblem(this.meta.error()) : null));

  /** The well that the next field of the catalogue goes to; null is the usual one of its kind. */
  readonly target = signal<WellName | null>(null);
  /** What the words of a definition need. */
  readonly words = computed((): FieldWords => ({ ...this.page.reader(), meanings: this.meanings(), fiscalStart: this.session.fiscalStart() }));
  readonly definition = this.store.definition;

  /** Reads the catalogue again. */
  reload(): void {
    this.meta.reload();
  }

  /** Text in the reader's language. */
  text(key: string, values?: Record<string, unknown>): string {
    return this.page.reader().text(`reports.${key}`, values);
  }

  /** A text of the whole product with members by their titles; null where there is none. */
  readonly known: WordsOf = (key, values = {}) => {
    const { member } = values;
    const text = this.page.reader().text(key, member === undefined ? values : { ...values, member: this.title(member) });
    return text === key ? null : text;
  };

  /** Says something to who does not see it. */
  say(key: string, values?: Record<string, unknown>): void {
    void this.announcer.announce(this.text(key, values));
  }

  title(member: string): string {
    return titleOf(member, this.meanings(), this.page.reader().arabic);
  }

  /** The well that a field usually goes to: numbers to the values, what must be given to the conditions, a time across where the rows are something else already, all else to the rows. */
  usual({ kind }: Field): WellName {
    if (kind === 'measure') return 'values';
    if (kind === 'asked') return 'filters';
    const { rows, columns } = this.definition();
    return (kind === 'time' && rows.length > 0 && columns.length === 0) || !hasRoom(this.definition(), 'rows') ? 'columns' : 'rows';
  }

  /** Puts a field into a well; one of another view after a question only, because it begins a new report. True when it stands there. */
  async add(field: Field, well: WellName = this.target() ?? this.usual(field), index?: number): Promise<boolean> {
    const { view } = this.definition();
    if (view !== '' && view !== viewOf(field.member) && !(await this.begins(field))) return false;
    const start = this.definition().view === viewOf(field.member) ? this.definition() : { ...EMPTY };
    const next = addTo(start, field, well, index);
    const name = this.title(field.member);
    if (next === start || !this.store.change(next)) {
      this.say('said.notAdded', { field: name, well: this.text(`wells.${well}`) });
      return false;
    }
    this.say('said.added', { field: name, well: this.text(`wells.${well}`) });
    return true;
  }

  /** Moves a field; false where it stays. */
  move(from: Place, to: Place): boolean {
    const name = fieldText(this.definition(), from, this.words());
    if (!this.store.change((now) => move(now, from, to))) return false;
    const list = this.definition()[to.well];
    const place = Math.min(Math.max(to.index, 0), list.length - 1) + 1;
    this.say('said.moved', { field: name, well: this.text(`wells.${to.well}`), place: this.number(place), of: this.number(list.length) });
    return true;
  }

  /** Takes a field away, and says what went with it. */
  remove(place: Place): void {
    const [before, words] = [this.definition(), this.words()];
    const name = fieldText(before, place, words);
    if (!this.store.change((now) => remove(now, place))) return;
    const left = new Set(this.definition().values.map(({ key }) => key));
    const gone = before.values.flatMap((value, index) => (left.has(value.key) || (place.well === 'values' && place.index === index) ? [] : [fieldText(before, { well: 'values', index }, words)]));
    if (gone.length > 0) this.say('said.removedWith', { field: name, others: new Intl.ListFormat(words.tag).format(gone) });
    else this.say('said.removed', { field: name });
  }

  /** Takes any other step. */
  change(next: (now: ReportDefinition) => ReportDefinition, about: string | null = null): void {
    this.store.change(next, about);
  }

  undo(): void {
    if (this.store.undo()) this.say('said.undone');
  }

  redo(): void {
    if (this.store.redo()) this.say('said.redone');
  }

  private begins({ member }: Field): Promise<boolean> {
    const { arabic } = this.page.reader();
    const view = viewTitle(viewOf(member), this.meanings(), arabic);
    return this.confirm.ask({ title: this.text('switch.title', { view }), text: this.text('switch.text', { view, old: viewTitle(this.definition().view, this.meanings(), arabic) }), action: this.text('switch.do') });
  }

  private number(value: number): string {
    return new Intl.NumberFormat(this.page.reader().tag).format(value);
  }
}

