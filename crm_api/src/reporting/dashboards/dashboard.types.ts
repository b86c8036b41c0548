import type { Pins } from '../analytics/definition.pins.js';
import type { VersionHead } from '../versions/version.presenter.js';

/** Whose morning a dashboard serves; not a role of the matrix, which has no support. */
export const audiences = ['executive', 'sales_manager', 'rep', 'finance', 'support'] as const;
export type Audience = (typeof audiences)[number];

/** Columns of the grid that tiles lie on. */
export const gridColumns = 12;

/** A condition in the words of the semantic layer. */
export interface DashboardFilter {
  readonly member: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** The place of a tile; what it shows depends on its kind. */
export interface Tile {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly kind: 'kpi' | 'chart' | 'list';
}

/** What a dashboard shows. */
export interface Layout {
  readonly tiles: readonly Tile[];
}

/** A row of `crm_dashboards` with the name of its owner; delivered ones have a key and no owner. */
export interface DashboardRow {
  readonly id: string;
  readonly key: string | null;
  readonly name: string;
  readonly name_ar: string | null;
  readonly role: Audience | null;
  readonly owner_id: string | null;
  readonly owner_name: string | null;
  readonly shared_roles: readonly string[];
  readonly shared_team_ids: readonly string[];
  readonly shared_user_ids: readonly string[];
  readonly based_on_id: string | null;
  readonly layout: Layout;
  readonly period: string | null;
  readonly filters: readonly DashboardFilter[];
  /** Of what its tiles show; see the versions. */
  readonly version: number;
  readonly pins: Pins;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly __version: string;
}

/** What a caller says of a dashboard. */
export interface DashboardChange {
  readonly name?: string;
  readonly name_ar?: string | null;
  readonly role?: Audience | null;
  readonly shared_roles?: readonly string[];
  readonly shared_team_ids?: readonly string[];
  readonly shared_user_ids?: readonly string[];
  readonly layout?: Layout;
  readonly period?: string | null;
  readonly filters?: readonly DashboardFilter[];
}

/** What of a dashboard each version keeps; names and sharing are as they are now. */
export type Shown = Pick<DashboardRow, 'layout' | 'period' | 'filters' | 'pins'>;

/** A row of `crm_dashboard_versions` with the name of its author. */
export interface DashboardVersionRow extends VersionHead, Shown {}

/** The measures that the tiles of a dashboard show, each once. */
export function measuresOfLayout({ tiles }: Layout): string[] {
  // What a tile of each kind names is checked where it comes in.
  return [...new Set((tiles as readonly (Tile & { readonly measure?: string; readonly measures?: readonly string[] })[]).flatMap(({ measure, measures = [] }) => [...(measure === undefined ? [] : [measure]), ...measures]))];
}
