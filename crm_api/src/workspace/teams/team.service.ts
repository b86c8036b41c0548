import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import { CrudService } from '../../kernel/crud/crud.service.js';
import { teamResource } from './team.schema.js';

/** The rules of teams: those that all records share. */
export class TeamService extends CrudService {
  constructor(repository = new CrudRepository(teamResource)) {
    super(repository);
  }
}
