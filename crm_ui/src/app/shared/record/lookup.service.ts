import { computed, effect, inject, Injectable, signal } from '@angular/core';
import { ApiClient, Page, RecordBase, Reference } from '@core/api/api.client';
import { AuthService } from '@core/auth/auth.service';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { localName } from './names';
import { Person, Pipeline, Product, Stage } from './record.model';

const PAGE = 200;

/** The short lists that every record points at: pipelines, people, products. Each is read once and kept until the person leaves. */
@Injectable({ providedIn: 'root' })
export class LookupService {
  private readonly api = inject(ApiClient);
  private readonly session = inject(SessionService);
  private readonly locale = inject(LocaleService);
  private readonly asked = new Set<string>();
  private readonly pipelineList = signal<readonly Pipeline[]>([]);
  private readonly personList = signal<readonly Person[]>([]);
  private readonly productList = signal<readonly Product[]>([]);

  /** Pipelines with their stages; the default one first. */
  readonly pipelines = this.pipelineList.asReadonly();
  /** Everyone who may own a record. */
  readonly people = this.personList.asReadonly();
  /** What is sold. */
  readonly products = this.productList.asReadonly();
  private readonly names = computed(() => {
    const language = this.locale.language();
    return new Map([...this.personList(), ...this.productList()].map((record) => [record.id, localName(language, record)]));
  });
  private readonly stages = computed(() => new Map(this.pipelineList().flatMap((pipeline) => pipeline.stages.map((stage) => [stage.id, stage]))));

  constructor() {
    const auth = inject(AuthService);
    effect(() => {
      if (!auth.signedIn()) this.forget();
    });
  }

  /** Reads what is named, where it was not read before; a list that cannot be read stays empty, since pages work without it. */
  async need(...lists: readonly ('pipelines' | 'users' | 'products')[]): Promise<void> {
    await Promise.all(lists.map(async (list) => {
      if (this.asked.has(list) || !this.session.can(list, 'read')) return;
      this.asked.add(list);
      if (list === 'pipelines') await this.fill<Pipeline>(list, (items) => this.pipelineList.set([...items].sort((one, two) => Number(two.is_default) - Number(one.is_default))));
      else if (list === 'users') await this.fill<Person>(list, (items) => this.personList.set(items));
      else await this.fill<Product>(list, (items) => this.productList.set(items));
    }));
  }

  /** A person or product in the reader's language, where it is known there. */
  named(reference: Reference | null | undefined): Reference | null {
    return reference ? { id: reference.id, name: this.names().get(reference.id) ?? reference.name } : null;
  }

  /** The person as the owner of something new; null for one who is no user, such as a machine. */
  owner(id: string | undefined): string | null {
    return id !== undefined && this.personList().some((person) => person.id === id && person.is_active) ? id : null;
  }

  /** A stage by its id. */
  stage(id: string | null | undefined): Stage | undefined {
    return id ? this.stages().get(id) : undefined;
  }

  /** A stage's name in the reader's language. */
  stageName(stage: { readonly id: string; readonly name: string; readonly name_ar?: string | null }): string {
    return localName(this.locale.language(), this.stage(stage.id) ?? stage);
  }

  private async fill<T extends RecordBase>(resource: string, keep: (items: readonly T[]) => void): Promise<void> {
    try {
      const items: T[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<T> = await this.api.list<T>(resource, {}, { limit: PAGE, cursor });
        items.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor !== null);
      keep(items);
    } catch {
      // Asked again by the next page.
      this.asked.delete(resource);
    }
  }

  private forget(): void {
    this.asked.clear();
    this.pipelineList.set([]);
    this.personList.set([]);
    this.productList.set([]);
  }
}
