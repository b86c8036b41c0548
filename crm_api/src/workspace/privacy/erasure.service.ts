import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { dropAllFiles } from './access/access.repository.js';
import { UserRepository } from '../users/user.repository.js';
import { lastAdministrator } from '../users/user.errors.js';
import { dropLeftFiles, erasePerson, insertErasure, unfinishedImports, type ErasureRow } from './erasure.repository.js';
import { findPerson } from './erasure.subject.js';
import type { ErasureReason, PersonSets, SubjectType } from './erasure.types.js';

/** What an erasure would reach. */
export interface ErasurePreview {
  readonly identifiers: readonly string[];
  readonly rows: Record<string, number>;
}

/** What an erasure has done in the ledger. */
export interface ErasureOutcome {
  readonly erasure: ErasureRow;
  readonly counts: Record<string, number>;
}

class Undo extends Error {
  constructor(readonly preview: ErasurePreview) {
    super('nothing is kept of a preview');
  }
}

async function assertNotLastAdministrator(trx: Knex.Transaction, sets: PersonSets): Promise<void> {
  for (const id of sets.users) {
    const admin = await trx('crm_core.crm_user_roles as ur').join('crm_core.crm_roles as r', 'r.id', 'ur.role_id')
      .where({ 'ur.user_id': id, 'r.key': 'admin' }).whereNull('ur.deleted_at').first<{ id: string } | undefined>('ur.id');
    if (admin !== undefined && await new UserRepository().otherAdministrators(trx, id) === 0) throw lastAdministrator();
  }
}

/**
 * Erases a person everywhere in the ledger, in the caller's transaction; the row it ends with makes the stream erase everywhere else.
 * @throws CrmError 404 without such a person, 409 while imports run or for the last administrator.
 */
export async function erase(trx: Knex.Transaction, call: Call, type: SubjectType, id: string, reason: ErasureReason): Promise<ErasureOutcome> {
  const waiting = await unfinishedImports(trx);
  if (waiting.length > 0) {
    throw new CrmError(409, 'imports_running', `${waiting.length} imports are not finished and could bring the person back from their files. Wait for them, or cancel them, and erase again.`);
  }
  const person = await findPerson(trx, type, id);
  await assertNotLastAdministrator(trx, person.sets);
  const { scope, counts } = await erasePerson(trx, person, call);
  const files = await dropLeftFiles(trx);
  if (files > 0) counts['crm_import_files'] = files;
  const packed = await dropAllFiles(trx);
  if (packed > 0) counts['crm_access_export_files'] = packed;
  const erasure = await insertErasure(trx, { subject_type: type, subject_id: id, reason, requested_by: call.actor.userId, identifier_count: person.identifiers.length, scope });
  await audit(trx, call, { action: 'erase', entity: 'privacy', entityId: erasure.id, after: { subject_type: type, reason, rows: counts } });
  return { erasure, counts };
}

/** What an erasure would do: it is carried out and rolled back, so that the numbers are those of the real one. */
export async function preview(db: Knex, call: Call, type: SubjectType, id: string): Promise<ErasurePreview> {
  try {
    return await db.transaction(async (trx) => {
      const person = await findPerson(trx, type, id);
      const { counts } = await erasePerson(trx, person, call);
      throw new Undo({ identifiers: person.identifiers, rows: counts });
    });
  } catch (error) {
    if (error instanceof Undo) return error.preview;
    throw error;
  }
}
