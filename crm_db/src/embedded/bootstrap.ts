import pg from 'pg';

/** The three connections a product has; each URL carries the role's name and password. */
export interface ClusterUrls {
  readonly adminUrl: string;
  readonly appUrl: string;
  readonly streamUrl: string;
}

async function ensureRole(client: pg.Client, url: string, attributes: string): Promise<string> {
  const { username, password } = new URL(url);
  const name = pg.escapeIdentifier(decodeURIComponent(username));
  const secret = pg.escapeLiteral(decodeURIComponent(password));
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [decodeURIComponent(username)]);
  await client.query(`${found.rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${name} LOGIN ${attributes} PASSWORD ${secret}`);
  return name;
}

/** Makes the roles and the database of a new cluster, and sets the roles' passwords to the given ones. Safe to repeat. */
export async function bootstrapCluster(superuserUrl: string, urls: ClusterUrls): Promise<void> {
  const database = decodeURIComponent(new URL(urls.adminUrl).pathname.slice(1));
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const owner = await ensureRole(client, urls.adminUrl, 'NOSUPERUSER CREATEDB');
    await ensureRole(client, urls.appUrl, 'NOSUPERUSER NOCREATEDB');
    await ensureRole(client, urls.streamUrl, 'NOSUPERUSER NOCREATEDB REPLICATION');
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} OWNER ${owner}`);
  } finally {
    await client.end();
  }
}
