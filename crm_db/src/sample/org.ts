import { dateText, day } from './calendar.js';
import { people } from './names.people.js';
import { regions, type Region } from './places.js';
import { uuidV7, type Random } from './random.js';
import { stamp, type World } from './world.js';

/** A seller. */
export interface Rep {
  readonly id: string;
  readonly index: number;
  readonly teamIndex: number;
  readonly name: string;
  readonly region: Region;
  readonly hiredOn: number;
  /** Last day, for those who left. */
  readonly leftOn: number | null;
  /** Logits on the chance of winning. */
  readonly skill: number;
  /** Factor on the number of activities. */
  readonly diligence: number;
  /** Above 1 the forecasts are too high. */
  readonly optimism: number;
  /** Share of new accounts relative to colleagues. */
  readonly weight: number;
}

/** A team with its manager. */
export interface Team {
  readonly id: string;
  readonly managerId: string;
  readonly region: Region;
  readonly reps: Rep[];
}

/** The sales organisation. */
export interface Organisation {
  readonly teams: readonly Team[];
  readonly reps: readonly Rep[];
  /** Who answers tickets. */
  readonly agents: readonly string[];
  /** Demo logins whose rows exist already: what becomes of them. */
  readonly placements: readonly { readonly id: string; readonly teamId: string | null; readonly managerId: string | null; readonly region: string | null; readonly hiredOn: number }[];
  /** Managers of teams, set when both exist. */
  readonly managers: readonly { readonly teamId: string; readonly managerId: string }[];
}

const segments = [['', ''], ['Enterprise', 'كبار العملاء'], ['Commercial', 'الأعمال']] as const;

function personName(region: Region, random: Random): { readonly latin: string; readonly arabic: string } {
  const first = random.pick(people[region.culture].first);
  const last = random.pick(people[region.culture].last);
  return { latin: `${first[0]} ${last[0]}`, arabic: `${first[1]} ${last[1]}` };
}

/** Makes teams, managers, reps and support agents, and places the demo logins among them. */
export function makeOrganisation(world: World): Organisation {
  const random = world.random.fork('organisation');
  const emails = new Set<string>();
  const founded = (world.start - 120) * day;
  const chief = world.anchors.users.get('exec@crm.test') ?? null;
  const placements: Organisation['placements'][number][] = [];
  const managers: Organisation['managers'][number][] = [];
  const teams: Team[] = [];
  const reps: Rep[] = [];

  const hire = (region: Region, hiredOn: number, title: string, teamId: string | null, managerId: string | null, active: boolean): { readonly id: string; readonly name: string } => {
    const { latin, arabic } = personName(region, random);
    const base = latin.normalize('NFD').toLowerCase().replace(/[^a-z ]/g, '').trim().replace(/ +/g, '.');
    let email = `${base}@crm.test`;
    for (let count = 2; emails.has(email); count += 1) email = `${base}${count}@crm.test`;
    emails.add(email);
    const row = stamp(random, hiredOn * day);
    world.sink.add('crm_users', {
      ...row, email, name: latin, name_ar: arabic, team_id: teamId, manager_id: managerId, region: region.name, job_title: title, phone: null,
      locale: region.arabic ? 'ar' : 'en', time_zone: region.timeZone, is_active: active, hired_on: dateText(hiredOn),
    });
    const role = world.anchors.roles.get(title === 'Sales Manager' ? 'manager' : 'rep');
    if (role !== undefined) world.sink.add('crm_user_roles', { ...stamp(random, hiredOn * day), user_id: row.id, role_id: role });
    return { id: row.id, name: latin };
  };
  /** A demo login takes the place, or a made-up person where the profile has no demo logins. */
  const place = (email: string, region: Region, hiredOn: number, title: string, teamId: string, managerId: string | null): { readonly id: string; readonly name: string } => {
    const id = world.anchors.users.get(email);
    if (id === undefined) return hire(region, hiredOn, title, teamId, managerId, true);
    placements.push({ id, teamId, managerId, region: region.name, hiredOn });
    return { id, name: email === 'rep@crm.test' ? 'Ryan Cole' : 'Maryam Nasser' };
  };

  for (const region of regions) {
    for (let number = 0; number < world.volume.teamsPerRegion; number += 1) {
      const [segment, segmentAr] = segments[number % segments.length] ?? segments[0];
      const id = uuidV7(founded + teams.length, random);
      world.sink.add('crm_teams', {
        id, created_at: dateText(world.start - 120), updated_at: dateText(world.start - 120),
        name: `${region.name}${segment === '' ? '' : ` ${segment}`}`, name_ar: `فريق ${region.nameAr}${segmentAr === '' ? '' : ` – ${segmentAr}`}`, region: region.name,
      });
      const home = region.name === 'Gulf' && number === 0;
      const manager = home
        ? place('manager@crm.test', region, world.start - 100, 'Sales Manager', id, chief)
        : hire(region, world.start - random.int(30, 110), 'Sales Manager', id, chief, true);
      managers.push({ teamId: id, managerId: manager.id });
      const team: Team = { id, managerId: manager.id, region, reps: [] };
      for (let seat = 0; seat < world.volume.repsPerTeam; seat += 1) {
        const demo = home && seat === 0;
        // The first two are there from the beginning: somebody must be able to own the first accounts.
        const hiredOn = seat < 2 ? world.start - random.int(61, 110) : world.start + random.int(0, 800);
        const leftOn = seat > 2 && random.chance(0.2) ? hiredOn + random.int(200, 500) : null;
        const leaves = leftOn !== null && leftOn < world.today - 20;
        const skill = demo ? 0.35 : 0.45 * random.normal();
        const person = demo
          ? place('rep@crm.test', region, hiredOn, 'Account Executive', id, manager.id)
          : hire(region, hiredOn, 'Account Executive', id, manager.id, !leaves);
        const rep: Rep = {
          ...person, index: reps.length, teamIndex: teams.length, region, hiredOn, leftOn: leaves ? leftOn : null, skill,
          diligence: random.lognormal(0.25), optimism: 1 + 0.15 * random.normal() + 0.1, weight: demo ? 2.2 : 1,
        };
        reps.push(rep);
        team.reps.push(rep);
      }
      teams.push(team);
    }
  }
  const careId = uuidV7(founded + teams.length, random);
  world.sink.add('crm_teams', {
    id: careId, created_at: dateText(world.start - 120), updated_at: dateText(world.start - 120), name: 'Customer Care', name_ar: 'خدمة العملاء', region: null,
  });
  const agents = Array.from({ length: world.volume.agents }, () => hire(random.pick(regions), world.start - random.int(60, 110), 'Support Agent', careId, chief, true).id);
  for (const email of ['exec@crm.test', 'admin@crm.test', 'analyst@crm.test', 'finance@crm.test']) {
    const id = world.anchors.users.get(email);
    if (id !== undefined) placements.push({ id, teamId: null, managerId: email === 'exec@crm.test' ? null : chief, region: null, hiredOn: world.start - 120 });
  }
  return { teams, reps, agents, placements, managers };
}

/** The reps of a region who work from one day to another. */
export function repsDuring(organisation: Organisation, region: Region, from: number, to: number): readonly Rep[] {
  return organisation.reps.filter((rep) => rep.region === region && rep.hiredOn <= from && (rep.leftOn === null || rep.leftOn > to));
}
