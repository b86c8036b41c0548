import { Pins } from '@shared/versions/version.model';

/** A condition of a tile or of a whole dashboard, in the words of the semantic layer. */
export interface MemberFilter {
  readonly member: string;
  readonly operator: string;
  /** Absent where the operator needs none. */
  readonly values?: readonly string[];
}

/** Where a tile stands on twelve columns, and how large it is. */
export interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface Titled extends Box {
  /** The person's own title; without it the semantic layer names the tile. */
  readonly title?: string;
  readonly title_ar?: string;
}

/** One number. */
export interface KpiTile extends Titled {
  readonly kind: 'kpi';
  readonly measure: string;
  /** The date that puts a row into the page's period; without it the number is of this moment. */
  readonly date?: string;
  /** Told against the period before; on unless it is false. */
  readonly compare?: boolean;
  /** What is to be reached, as a decimal in the measure's unit (0.4 for 40 %). */
  readonly target?: string;
  readonly filters?: readonly MemberFilter[];
}

/** The charts a tile can be. */
export const CHARTS = ['bar', 'hbar', 'line', 'ranking', 'funnel', 'waterfall', 'table'] as const;
/** One of them. */
export type ChartKind = (typeof CHARTS)[number];
/** The steps of time. */
export const GRAINS = ['day', 'week', 'month', 'quarter', 'year'] as const;
/** One of them. */
export type Grain = (typeof GRAINS)[number];

/** Numbers by parts or by time; bars and lines are drawn of every measure in the unit of the first, the others are told beside it. */
export interface ChartTile extends Titled {
  readonly kind: 'chart';
  readonly chart: ChartKind;
  readonly measures: readonly string[];
  readonly dimension?: string;
  readonly date?: string;
  readonly grain?: Grain;
  readonly limit?: number;
  /** What a click on a part does: opens the records behind its number; without it, it narrows the page. */
  readonly click?: 'records';
  readonly filters?: readonly MemberFilter[];
}

/** The first records of a list. */
export interface ListTile extends Titled {
  readonly kind: 'list';
  readonly resource: string;
  readonly columns: readonly string[];
  readonly sort?: string;
  readonly limit?: number;
  readonly filters?: Readonly<Record<string, string>>;
}

/** What a dashboard is made of. */
export type Tile = KpiTile | ChartTile | ListTile;

/** A dashboard as the API keeps it; built-in ones belong to nobody. */
export interface Dashboard {
  readonly id: string;
  readonly key: 'executive' | 'sales_manager' | 'rep' | 'finance' | 'support' | null;
  readonly name: string;
  readonly name_ar: string | null;
  /** Whose morning it serves. */
  readonly role: string | null;
  readonly owner: { readonly id: string; readonly name: string } | null;
  readonly shared_roles: readonly string[];
  readonly shared_team_ids: readonly string[];
  readonly shared_user_ids: readonly string[];
  /** The built-in dashboard that this one stands in for. */
  readonly based_on_id: string | null;
  readonly layout: { readonly tiles: readonly Tile[] };
  readonly period: string | null;
  readonly filters: readonly MemberFilter[];
  /** Of its tiles, period and conditions. */
  readonly version: number;
  /** By which definitions its numbers counted when it was saved. */
  readonly pins: Pins;
  readonly updated_at: string;
}

/** One thing that differs between two versions of a dashboard; what was added has no `from`, what was removed no `to`. */
export interface DashboardChange {
  readonly what: 'tile' | 'period' | 'filters' | 'pin';
  readonly action: 'added' | 'removed' | 'moved' | 'changed';
  /** Of a pin. */
  readonly measure?: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** The columns of every dashboard. */
export const COLUMNS = 12;
/** Pixels of a row and between tiles. */
export const ROW = 84;
export const GAP = 16;

/** The view of a member: `deals` of `deals.won_amount`. */
export const viewOf = (member: string): string => member.split('.')[0] ?? '';
/** The member without its view. */
export const localOf = (member: string): string => member.slice(member.indexOf('.') + 1);
/** Every member that a tile names. */
export function membersOf(tile: Tile): string[] {
  if (tile.kind === 'list') return [];
  const named = tile.kind === 'kpi' ? [tile.measure, tile.date] : [...tile.measures, tile.dimension, tile.date];
  return [...named.filter((name): name is string => !!name), ...(tile.filters ?? []).map(({ member }) => member)];
}
/** Only the place and the size of a tile. */
export const boxOf = ({ x, y, w, h }: Box): Omit<Box, 'id'> => ({ x, y, w, h });
