import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import { CrudService } from '../../kernel/crud/crud.service.js';
import { campaignResource } from './campaign.schema.js';

/** The rules of campaigns: those that all records share. */
export class CampaignService extends CrudService {
  constructor(repository = new CrudRepository(campaignResource)) {
    super(repository);
  }
}
