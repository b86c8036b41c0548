import DataLoader from 'dataloader';
import { requireScope } from '../../kernel/context/actor.js';
import type { Call } from '../../kernel/context/call.js';
import type { CrudService, Item } from '../../kernel/crud/crud.service.js';
import { featureOff } from '../../kernel/errors/crm.error.js';

// As many as one list may answer.
const batchSize = 200;

/** What resolvers work with: the call, and one loader per resource, so that references of a whole page cost one query. */
export class GraphqlContext {
  private readonly loaders = new Map<CrudService, DataLoader<string, Item | null>>();

  constructor(readonly call: Call) {}

  /** A record by id, or null where there is none that the caller may see. */
  load(service: CrudService, id: string): Promise<Item | null> {
    let loader = this.loaders.get(service);
    if (!loader) {
      loader = new DataLoader(async (ids) => {
        const page = await service.list(this.call, { q: null, filters: [{ field: 'id', op: 'in', value: ids }], sort: [{ field: 'created_at', descending: true }], limit: batchSize, cursor: null, count: false });
        const byId = new Map(page.items.map((item) => [item.id, item]));
        return ids.map((one) => byId.get(one) ?? null);
      }, { maxBatchSize: batchSize });
      this.loaders.set(service, loader);
    }
    return loader.load(id);
  }

  /** After a change, what was loaded may be old. */
  forget(): void {
    this.loaders.clear();
  }

  /**
   * The same gate as in front of the REST routes.
   * @throws CrmError 404 feature_disabled, 403 forbidden.
   */
  enter(service: CrudService, action: 'read' | 'write' | 'delete'): void {
    const { feature, name } = service.resource;
    if (feature !== null && !this.call.feature(feature)) throw featureOff(feature);
    requireScope(this.call.actor, name, action);
  }

  /** Whether the caller may read a resource at all. */
  mayRead(service: CrudService): boolean {
    const { feature, name } = service.resource;
    return (feature === null || this.call.feature(feature)) && this.call.actor.permissions[name]?.read !== undefined;
  }
}
