import type { EntityDefinition } from '../import.types.js';
import { accountsEntity, dealsEntity, pipelinesEntity, productsEntity, stagesEntity } from './business.entities.js';
import { campaignsEntity, contactsEntity, leadsEntity, teamsEntity, usersEntity } from './people.entities.js';
import { activitiesEntity, ticketsEntity } from './service.entities.js';

/** What can be imported, in the order that lets each find what it points at. */
export const importEntities: readonly EntityDefinition[] = [
  teamsEntity, usersEntity, pipelinesEntity, stagesEntity, productsEntity, campaignsEntity, accountsEntity, contactsEntity, leadsEntity, dealsEntity,
  activitiesEntity, ticketsEntity,
];

/** The entity of that name. */
export function findEntity(name: string): EntityDefinition | undefined {
  return importEntities.find((entity) => entity.entity === name);
}
