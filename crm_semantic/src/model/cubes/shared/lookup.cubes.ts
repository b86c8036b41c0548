import { asOfWhereKnown } from 'crm_warehouse';
import type { Cube, Dimension } from '../../model.types.js';
import { askedInstant, liveRows, reportingCurrency } from '../../sql.parts.js';

function internal(name: string, type: Dimension['type'], description: string, primaryKey?: true): Dimension {
  return { title: name, titleAr: name, description, descriptionAr: 'عمود داخلي.', type, sql: `{CUBE}.${name}`, ...(primaryKey ? { primaryKey } : {}), internal: true };
}

/** A cube that only lends its columns to others: none of it is public. */
function lookup(name: string, description: string, columns: Readonly<Record<string, Dimension['type']>>, sql: string): Cube {
  const dimensions = Object.entries(columns).map(([column, type]) => [column, internal(column, type, `Column ${column} of the lookup.`)] as const);
  return { name, unit: 'shared', description, sql, kept: true, joins: {}, measures: {}, dimensions: { id: internal('id', 'string', 'Key of the row.', true), ...Object.fromEntries(dimensions) } };
}

/** The person who owns a record, with team and region; people who left keep their name on what they sold. */
export const ownerLookup = lookup(
  'crm_owner',
  'People with their team, one row each.',
  { name: 'string', name_ar: 'string', team_id: 'string', team: 'string', team_ar: 'string', region: 'string' },
  `SELECT u.id AS id, u.name AS name, coalesce(u.name_ar, u.name) AS name_ar, u.team_id AS team_id, t.name AS team,
     coalesce(t.name_ar, t.name) AS team_ar, coalesce(nullIf(t.region, ''), nullIf(u.region, '')) AS region
   FROM (SELECT id, name, name_ar, team_id, region FROM crm_raw.crm_users FINAL) AS u
   LEFT JOIN (SELECT id, name, name_ar, region FROM crm_raw.crm_teams FINAL) AS t ON u.team_id = t.id`,
);

/** Teams, for what belongs to a team as a whole. */
export const teamLookup = lookup(
  'crm_team',
  'Teams, one row each.',
  { name: 'string', name_ar: 'string', region: 'string' },
  `SELECT id, name, coalesce(name_ar, name) AS name_ar, nullIf(region, '') AS region FROM crm_raw.crm_teams FINAL`,
);

/** The account of a record; a merged account shows as the one it was merged into. */
export const accountLookup = lookup(
  'crm_account',
  'Accounts, one row each, merged ones under their survivor.',
  { survivor_id: 'string', name: 'string', name_ar: 'string', region: 'string', industry: 'string' },
  `SELECT a.id AS id, if(s.id IS NULL, a.id, s.id) AS survivor_id, if(s.id IS NULL, a.legal_name, s.legal_name) AS name,
     if(s.id IS NULL, coalesce(a.legal_name_ar, a.legal_name), coalesce(s.legal_name_ar, s.legal_name)) AS name_ar,
     nullIf(if(s.id IS NULL, a.region, s.region), '') AS region, if(s.id IS NULL, a.industry, s.industry) AS industry,
     if(s.id IS NULL, a.size_tier, s.size_tier) AS size_tier, a.is_test AS is_test
   FROM (SELECT id, legal_name, legal_name_ar, region, industry, size_tier, merged_into_id, is_test FROM crm_raw.crm_accounts FINAL) AS a
   LEFT JOIN (SELECT id, legal_name, legal_name_ar, region, industry, size_tier FROM crm_raw.crm_accounts FINAL
     WHERE id IN (SELECT merged_into_id FROM crm_raw.crm_accounts FINAL WHERE merged_into_id IS NOT NULL)) AS s ON a.merged_into_id = s.id`,
);

/** What is sold. */
export const productLookup = lookup(
  'crm_product',
  'Products, one row each.',
  { name: 'string', name_ar: 'string', family: 'string' },
  `SELECT id, name, coalesce(name_ar, name) AS name_ar, family FROM crm_raw.crm_products FINAL`,
);

/** Stages with the pipeline they belong to. */
export const stageLookup = lookup(
  'crm_stage',
  'Stages with their pipeline, one row each.',
  { name: 'string', name_ar: 'string', position: 'number', probability: 'number', forecast_category: 'string', pipeline: 'string' },
  `SELECT s.id AS id, s.name AS name, coalesce(s.name_ar, s.name) AS name_ar, s.position AS position, s.probability AS probability,
     s.forecast_category AS forecast_category, p.name AS pipeline, coalesce(p.name_ar, p.name) AS pipeline_ar
   FROM (SELECT * FROM crm_raw.crm_stages FINAL) AS s
   LEFT JOIN (SELECT id, name, name_ar FROM crm_raw.crm_pipelines FINAL) AS p ON s.pipeline_id = p.id`,
);

/** Campaigns by name. */
export const campaignLookup = lookup(
  'crm_campaign',
  'Campaigns, one row each.',
  { name: 'string', name_ar: 'string', channel: 'string' },
  `SELECT id, name, coalesce(name_ar, name) AS name_ar, channel FROM crm_raw.crm_campaigns FINAL`,
);

/** The model's current win probability of a deal; grouped, so that a second score could never double a deal. */
export const scoreLookup = lookup(
  'crm_deal_score',
  'The latest score of each deal.',
  { probability: 'number' },
  `SELECT deal_id AS id, argMax(probability, scored_at) AS probability
   FROM crm_raw.crm_deal_scores FINAL WHERE deleted_at IS NULL GROUP BY deal_id`,
);

/** The win probability that the model had given a deal by the instant that deals are shown at: none that was written later, and none of a time before its history. Grouped as above. */
export const scoreAsOfLookup: Cube = {
  ...lookup(
    'crm_deal_score_asof',
    'The score of each deal in force at the instant that is asked for.',
    { probability: 'number' },
    `SELECT deal_id AS id, argMax(probability, scored_at) AS probability
   FROM ${asOfWhereKnown('crm_deal_scores', askedInstant('crm_deals_asof.as_of', 'now64()'))} AS v WHERE deleted_at IS NULL GROUP BY deal_id`,
  ),
  kept: false,
};

const tagged = (entity: string): Cube => lookup(
  `crm_${entity}_tags`,
  `The tags of ${entity} by name, one row by record.`,
  { names: 'string' },
  `SELECT x.entity_id AS id, arrayStringConcat(arraySort(groupArray(toString(g.name))), ', ') AS names
   FROM (${liveRows('crm_taggings', 'tag_id, entity_id', `entity = '${entity}'`)}) AS x INNER JOIN (${liveRows('crm_tags', 'id, name')}) AS g ON x.tag_id = g.id GROUP BY x.entity_id`,
);

/** The tags of the records that can have some. */
export const tagLookups: readonly Cube[] = ['accounts', 'contacts', 'leads', 'deals'].map(tagged);

const quotedIn = (columns: string, condition: string): string => liveRows('crm_exchange_rates', columns, condition);

/**
 * The rate of each currency on each day to the reporting currency: the last one published until then, direct or else
 * inverted. Days before the first rate have none.
 */
export const rates: Cube = {
  name: 'crm_rates',
  unit: 'shared',
  description: 'One rate per currency and day to the reporting currency.',
  sql: `SELECT currency, addDays(from_day, n) AS day, rate
    FROM (
      SELECT currency, valid_on AS from_day, rate,
        leadInFrame(valid_on, 1, addDays(toDate32(today()), 1)) OVER (PARTITION BY currency ORDER BY valid_on ASC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS to_day
      FROM (
        SELECT currency, valid_on, argMin(rate, inverted) AS rate
        FROM (
          ${quotedIn('base_currency AS currency, toDate32(valid_on) AS valid_on, toDecimal128(rate, 14) AS rate, 0 AS inverted', `quote_currency = ${reportingCurrency}`)}
          UNION ALL
          ${quotedIn('quote_currency AS currency, toDate32(valid_on) AS valid_on, toDecimal128(toDecimal128(1, 14) / rate, 14) AS rate, 1 AS inverted', `base_currency = ${reportingCurrency}`)}
        )
        WHERE valid_on <= today()
        GROUP BY currency, valid_on
      )
    )
    ARRAY JOIN range(toUInt32(greatest(0, dateDiff('day', from_day, to_day)))) AS n`,
  kept: true,
  joins: {},
  measures: {},
  dimensions: {
    id: { ...internal('id', 'string', 'Currency and day.', true), sql: 'concat({CUBE}.currency, toString({CUBE}.day))' },
    rate: internal('rate', 'number', 'Price of one unit in the reporting currency.'),
  },
};
