import type { Call } from '../../kernel/context/call.js';
import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import type { Row } from '../../kernel/crud/crm.model.js';
import { CrudService, type Item } from '../../kernel/crud/crud.service.js';
import { visiblePayload } from '../../kernel/crud/field.access.js';
import { auditResource } from './audit.schema.js';

/** Reads the audit log; what a role is not shown of a record it is not shown of the record's past either. */
export class AuditService extends CrudService {
  constructor(repository = new CrudRepository(auditResource)) {
    super(repository);
  }

  override present(call: Call, row: Row, detail: boolean): Item {
    const item = super.present(call, row, detail);
    const entity = String(row['entity']);
    for (const name of ['before', 'after'] as const) item[name] = visiblePayload(call.actor, entity, item[name] as Record<string, unknown> | null);
    return item;
  }
}
