/** What a version tells of itself, as its row has it. */
export interface VersionHead {
  readonly version: number;
  readonly note: string | null;
  readonly restored_from: number | null;
  readonly author_id: string;
  readonly author_name: string | null;
  readonly created_at: Date;
}

/** A version as a list has it. */
export function presentVersion({ author_id: id, author_name: name, created_at: createdAt, version, note, restored_from }: VersionHead): Record<string, unknown> {
  return { version, note, restored_from, author: { id, name: name ?? '' }, created_at: createdAt.toISOString() };
}

/** A page of versions, of which one more than `limit` was read where there are more. */
export function versionsPage(found: readonly VersionHead[], limit: number): { readonly items: readonly Record<string, unknown>[]; readonly next_cursor: string | null } {
  const last = found.length > limit ? found[limit - 1] : undefined;
  return { items: found.slice(0, limit).map(presentVersion), next_cursor: last === undefined ? null : String(last.version) };
}
