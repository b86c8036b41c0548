import { CrmModel } from '../../kernel/crud/crm.model.js';

/** A row of `crm_pipelines`. */
export class PipelineModel extends CrmModel {
  static override tableName = 'crm_core.crm_pipelines';
}
