import pg from 'pg';

interface Line {
  readonly relation: string;
  readonly line: string;
}

/** Everything is asked of the catalogue, in an order that does not depend on when it was made. */
const queries = {
  extensions: `
    SELECT '' AS relation, format('CREATE EXTENSION %s WITH SCHEMA %s;', extname, n.nspname) AS line
    FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace WHERE extname <> 'plpgsql' ORDER BY extname`,
  functions: `
    SELECT '' AS relation, pg_get_functiondef(oid) || ';' AS line FROM pg_proc WHERE pronamespace = 'crm_core'::regnamespace ORDER BY proname, pg_get_function_identity_arguments(oid)`,
  tables: `
    SELECT relname AS relation, CASE relreplident WHEN 'f' THEN 'FULL' WHEN 'd' THEN 'DEFAULT' WHEN 'n' THEN 'NOTHING' ELSE 'USING INDEX' END AS line
    FROM pg_class WHERE relnamespace = 'crm_core'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname`,
  columns: `
    SELECT c.relname AS relation, concat(
      quote_ident(a.attname), ' ', format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attgenerated = 's' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED' WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END,
      CASE WHEN a.attnotnull THEN ' NOT NULL' END) AS line
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'crm_core'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum`,
  // NOT NULL stands at the column; PostgreSQL 18 lists it here too, older versions do not.
  constraints: `
    SELECT c.relname AS relation, format('CONSTRAINT %I %s', conname, pg_get_constraintdef(k.oid)) AS line
    FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid WHERE connamespace = 'crm_core'::regnamespace AND contype <> 'n'
    ORDER BY c.relname, position(contype::text IN 'pucxf'), conname`,
  indexes: `
    SELECT t.relname AS relation, pg_get_indexdef(i.indexrelid) || ';' AS line
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
    WHERE c.relnamespace = 'crm_core'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x')) ORDER BY t.relname, c.relname`,
  triggers: `
    SELECT c.relname AS relation, pg_get_triggerdef(t.oid) || ';' AS line
    FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE c.relnamespace = 'crm_core'::regnamespace AND NOT tgisinternal ORDER BY c.relname, tgname`,
  published: `
    SELECT tablename AS relation, format('ALTER PUBLICATION %I ADD TABLE crm_core.%I;', pubname, tablename) AS line
    FROM pg_publication_tables WHERE schemaname = 'crm_core' ORDER BY tablename, pubname`,
  publications: `
    SELECT '' AS relation, format('CREATE PUBLICATION %I WITH (publish = %L, publish_generated_columns = %s);', pubname,
      concat_ws(', ', CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END, CASE WHEN pubdelete THEN 'delete' END, CASE WHEN pubtruncate THEN 'truncate' END),
      CASE pubgencols WHEN 's' THEN 'stored' ELSE 'none' END) AS line
    FROM pg_publication WHERE pubname LIKE 'crm%' ORDER BY pubname`,
  // Rights are part of what a migration changes: a table that the API cannot read is a broken schema.
  grants: `
    SELECT relname AS relation, format('GRANT %s ON crm_core.%I TO %I;', string_agg(privilege_type, ', ' ORDER BY privilege_type), relname, rolname) AS line
    FROM pg_class c CROSS JOIN LATERAL aclexplode(relacl) JOIN pg_roles r ON r.oid = grantee
    WHERE relnamespace = 'crm_core'::regnamespace AND relkind IN ('r', 'p') AND grantee <> relowner GROUP BY relname, rolname ORDER BY relname, rolname`,
} as const;

/** Tables of the migrator itself. */
const machinery = /^crm_migrations/;

/**
 * The schema crm_core as text: the same for equal schemas, whatever way they came about. It is written to be compared and read, in the
 * order of the names; it needs PostgreSQL 18, with which it is made.
 */
export async function dumpSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Names are printed with their schema only when it is not on the path.
    await client.query(`SET search_path = ''`);
    const read = async (query: string): Promise<Line[]> => (await client.query<Line>(query)).rows.filter(({ relation }) => !machinery.test(relation));
    const of = (lines: readonly Line[], relation: string): string[] => lines.filter((line) => line.relation === relation).map(({ line }) => line);
    const columns = await read(queries.columns);
    const constraints = await read(queries.constraints);
    const after = [await read(queries.indexes), await read(queries.triggers), await read(queries.published), await read(queries.grants)];
    const parts = [
      '-- Made from the catalogue of a freshly migrated database by npm run db:schema; never edit by hand.',
      ...(await read(queries.extensions)).map(({ line }) => line),
      'CREATE SCHEMA crm_core;',
      ...(await read(queries.functions)).map(({ line }) => line),
      ...(await read(queries.publications)).map(({ line }) => line),
      ...(await read(queries.tables)).map(({ relation, line }) => [
        `CREATE TABLE crm_core.${relation} (\n  ${[...of(columns, relation), ...of(constraints, relation)].join(',\n  ')}\n);`,
        `ALTER TABLE crm_core.${relation} REPLICA IDENTITY ${line};`,
        ...after.flatMap((lines) => of(lines, relation)),
      ].join('\n')),
    ];
    return `${parts.join('\n\n').replace(/[ \t]+$/gm, '')}\n`;
  } finally {
    await client.end();
  }
}
