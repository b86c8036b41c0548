import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import type { Row } from '../../kernel/crud/crm.model.js';
import { CrudService, type Values } from '../../kernel/crud/crud.service.js';
import { newNumber } from '../../kernel/crud/numbers.js';
import { TicketRepository } from './ticket.repository.js';

const finished: readonly unknown[] = ['solved', 'closed'];

/** The rules of tickets: due times by the service level of the priority, times of solving by the status. */
export class TicketService extends CrudService {
  constructor(private readonly tickets = new TicketRepository()) {
    super(tickets);
  }

  protected override async beforeCreate(trx: Knex.Transaction, _call: Call, input: Values): Promise<Values> {
    return {
      number: newNumber('T'), ...input,
      ...(await this.due(trx, input['priority'] ?? 'normal', new Date())),
      ...statusTimes(input['status'], null),
    };
  }

  protected override async beforeUpdate(trx: Knex.Transaction, _call: Call, current: Row, input: Values): Promise<Values> {
    const urgent = input['priority'] !== undefined && input['priority'] !== current['priority'];
    return {
      ...input,
      ...(urgent ? await this.due(trx, input['priority'], current.created_at) : {}),
      ...(input['status'] !== undefined && input['status'] !== current['status'] ? statusTimes(input['status'], current) : {}),
    };
  }

  /** Due times on the calendar; business hours are not taken into account yet. */
  private async due(trx: Knex.Transaction, priority: unknown, from: Date): Promise<Values> {
    const policy = await this.tickets.policy(trx, String(priority));
    if (!policy) return {};
    const after = (minutes: number): string => new Date(from.getTime() + minutes * 60_000).toISOString();
    return { sla_policy_id: policy.id, first_response_due_at: after(policy.first_response_minutes), resolution_due_at: after(policy.resolution_minutes) };
  }
}

function statusTimes(status: unknown, current: Row | null): Values {
  const now = new Date().toISOString();
  const was = current?.['status'];
  if (finished.includes(status)) {
    return { ...(current?.['resolved_at'] ? {} : { resolved_at: now }), ...(status === 'closed' ? { closed_at: now } : { closed_at: null }) };
  }
  if (!finished.includes(was)) return {};
  return { resolved_at: null, closed_at: null, reopened_count: Number(current?.['reopened_count'] ?? 0) + 1 };
}
