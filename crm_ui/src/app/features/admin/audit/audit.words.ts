import { inject, Injectable } from '@angular/core';
import { formatDate, formatNumber } from '@core/format/format';
import { kindOfValues } from '@core/i18n/known.value';
import { LocaleService } from '@core/i18n/locale.service';
import { ChoicesService } from '@shared/record/choices.service';
import { LookupService } from '@shared/record/lookup.service';
import { countryName } from '@shared/record/names';
import { AdminWords } from '../admin.words';
import { RecordKey, RecordNames } from '../record.names';
import { AuditChange, changesOf, kindOf, targetOf } from './audit.calc';
import { AuditEntry } from './audit.model';

const CHOICES: Readonly<Record<string, string>> = { size_tier: 'record.size', lifecycle: 'record.lifecycle', locale: 'record.language', status: 'status' };
const SHORT = 8;

/** What the audit log says, in the reader's language. */
@Injectable({ providedIn: 'root' })
export class AuditWords {
  private readonly admin = inject(AdminWords);
  private readonly names = inject(RecordNames);
  private readonly lookup = inject(LookupService);
  private readonly choices = inject(ChoicesService);
  private readonly locale = inject(LocaleService);

  /** What was done. */
  action(action: string): string {
    return this.known(`audit.action.${action}`, action);
  }

  /** What it is about. */
  entity(entity: string): string {
    return this.known(`audit.entity.${entity}`, '') || this.admin.resource(entity);
  }

  /** Who did it. */
  actor({ actor, actor_kind: kind, actor_id: id, client_id: client }: AuditEntry): string {
    if (actor) return (id && this.names.of('users', id)) ?? actor.name;
    return kind === 'client' && client ? client : this.admin.text(`audit.kind.${kind}`);
  }

  /** The record, by its name or the end of its id; null where the entry is about none. */
  record({ entity, entity_id: id, after, before }: AuditEntry): string | null {
    if (id === null) return null;
    const told = ['legal_name', 'full_name', 'name', 'subject', 'key'].map((name) => after?.[name] ?? before?.[name]).find((one): one is string => typeof one === 'string' && one !== '');
    return this.names.of(entity, id) ?? told ?? `…${id.slice(-SHORT)}`;
  }

  /** The fields that an entry tells of, the first three by name. */
  summary(entry: AuditEntry): string {
    const fields = [...new Set(changesOf(entry).map(({ path }) => this.member(path[0] ?? '')))];
    const list = fields.slice(0, 3).join(this.admin.text('record.comma'));
    return fields.length > 3 ? this.admin.text('audit.andMore', { list, more: this.admin.number(fields.length - 3) }) : list;
  }

  /** The name of a member, also one inside another. */
  path(path: readonly string[]): string {
    return path.map((part) => this.member(part)).join(' · ');
  }

  /** A value for a reader. */
  value({ path }: Pick<AuditChange, 'path'>, value: unknown): string {
    const field = path.at(-1) ?? '';
    const tag = this.locale.tag();
    switch (kindOf(value)) {
      case 'empty': return this.admin.text('audit.empty');
      case 'boolean': return this.admin.text(value === true ? 'record.yes' : 'record.no');
      case 'number': return formatNumber(value, tag, typeof value === 'string' ? 2 : Number.isInteger(value) ? 0 : 3);
      case 'date': return formatDate(value, tag);
      case 'instant': return formatDate(value, tag, 'datetime');
      case 'list': return (value as unknown[]).map((one) => this.value({ path }, one)).join(this.admin.text('record.comma'));
      case 'object': return JSON.stringify(value);
      case 'id': return this.reference(field, String(value));
      default: return this.choice(path, field, String(value));
    }
  }

  /** Reads the names that entries need. */
  async need(entries: readonly AuditEntry[]): Promise<void> {
    const keys: RecordKey[] = [];
    for (const entry of entries) {
      if (entry.entity_id) keys.push({ entity: entry.entity, id: entry.entity_id });
      if (entry.actor_id && entry.actor_kind === 'user') keys.push({ entity: 'users', id: entry.actor_id });
    }
    await this.names.need(keys);
  }

  /** Reads the names that the values of one entry need. */
  async needValues(entry: AuditEntry): Promise<void> {
    const keys: RecordKey[] = [];
    for (const { path, before, after } of changesOf(entry)) {
      const entity = targetOf(path.at(-1) ?? '');
      if (entity) for (const one of [before, after]) if (kindOf(one) === 'id') keys.push({ entity, id: String(one) });
    }
    await Promise.all([this.need([entry]), this.names.need(keys), this.lookup.need('pipelines')]);
  }

  private reference(field: string, id: string): string {
    const stage = field === 'stage_id' ? this.lookup.stage(id) : undefined;
    if (stage) return this.lookup.stageName(stage);
    const entity = targetOf(field);
    return (entity && this.names.of(entity, id)) ?? `…${id.slice(-SHORT)}`;
  }

  private choice(path: readonly string[], field: string, value: string): string {
    if (path[0] === 'permissions') return this.admin.scope(value);
    if (path[0] === 'fields' && path.length > 1) return this.admin.rule(value);
    const kind = kindOfValues(field);
    if (kind) return this.choices.known(kind, value);
    if (field === 'country_code') return countryName(value, this.locale.language());
    const choice = CHOICES[field];
    return choice ? this.known(`${choice}.${value}`, value) : value;
  }

  private member(name: string): string {
    const own = this.known(`audit.field.${name}`, '');
    if (own) return own;
    const field = this.admin.field(name);
    if (field !== name) return field;
    return this.known(`admin.action.${name}`, '') || this.admin.resource(name);
  }

  private known(key: string, otherwise: string): string {
    const text = this.admin.text(key);
    return text === key ? otherwise : text;
  }
}
