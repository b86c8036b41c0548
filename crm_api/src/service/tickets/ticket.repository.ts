import type { Reader } from '../../kernel/context/call.js';
import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import { ticketResource } from './ticket.schema.js';

/** The service level of a priority. */
export interface SlaRow {
  id: string;
  first_response_minutes: number;
  resolution_minutes: number;
}

/** Rows of tickets and their service levels. */
export class TicketRepository extends CrudRepository {
  constructor() {
    super(ticketResource);
  }

  /** The newest policy for a priority. */
  async policy(db: Reader, priority: string): Promise<SlaRow | undefined> {
    return db('crm_core.crm_sla_policies').where({ priority }).whereNull('deleted_at').orderBy('created_at', 'desc')
      .first<SlaRow | undefined>('id', 'first_response_minutes', 'resolution_minutes');
  }
}
