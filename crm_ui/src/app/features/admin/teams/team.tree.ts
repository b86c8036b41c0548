import { AdminUser, Team } from '../admin.model';

/** A team with its people. */
export interface TeamNode {
  readonly team: Team;
  readonly members: readonly AdminUser[];
}

/** A region with its teams; null holds the teams of no region. */
export interface RegionNode {
  readonly region: string | null;
  readonly teams: readonly TeamNode[];
  readonly people: number;
}

/** Teams by region, people by team; regions and teams in the order of `compare`, the nameless region last. Inactive people are left out. */
export function treeOf(teams: readonly Team[], users: readonly AdminUser[], nameOf: (record: { name: string; name_ar?: string | null }) => string, compare: (one: string, two: string) => number): RegionNode[] {
  const active = users.filter((user) => user.is_active);
  const byName = <T extends { name: string; name_ar?: string | null }>(list: readonly T[]): T[] => [...list].sort((one, two) => compare(nameOf(one), nameOf(two)));
  const regions = [...new Set(teams.map((team) => team.region || null))].sort((one, two) => (one === null ? 1 : two === null ? -1 : compare(one, two)));
  return regions.map((region) => {
    const nodes = byName(teams.filter((team) => (team.region || null) === region)).map((team) => ({ team, members: byName(active.filter((user) => user.team_id === team.id)) }));
    return { region, teams: nodes, people: nodes.reduce((sum, node) => sum + node.members.length, 0) };
  });
}

/** Active people in no team: what they see beyond their own records depends on it. */
export function teamless(teams: readonly Team[], users: readonly AdminUser[]): AdminUser[] {
  const known = new Set(teams.map((team) => team.id));
  return users.filter((user) => user.is_active && (user.team_id === null || !known.has(user.team_id)));
}
