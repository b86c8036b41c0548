import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_audit_log`. */
export class AuditModel extends CrmModel {
  static override tableName = 'crm_core.crm_audit_log';
}
