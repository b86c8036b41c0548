import { Model } from 'objection';

/** The base of all models: UUIDv7 keys made by Postgres, times and soft delete. */
export class CrmModel extends Model {
  id!: string;
  created_at!: Date;
  updated_at!: Date;
  deleted_at!: Date | null;

  static override get idColumn(): string {
    return 'id';
  }
}

/** A stored row, whatever its table. */
export type Row = Record<string, unknown> & { id: string; created_at: Date; updated_at: Date; deleted_at: Date | null };
