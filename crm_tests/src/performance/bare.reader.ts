import { LogicalReplicationService, PgoutputPlugin } from 'pg-logical-replication';

/** Rows a second of `pg-logical-replication` reading a slot to the end with nothing behind it. */
export async function readBare(url: string, slot: string, changes: number): Promise<number> {
  const service = new LogicalReplicationService({ connectionString: url }, { acknowledge: { auto: false, timeoutSeconds: 0 } });
  const plugin = new PgoutputPlugin({ protoVersion: 1, publicationNames: ['crm_cdc'] });
  let read = 0;
  const begun = performance.now();
  try {
    await new Promise<void>((resolve, reject) => {
      service.on('error', reject);
      service.on('data', (_lsn: string, message: { tag: string }) => {
        if ((message.tag === 'insert' || message.tag === 'update') && (read += 1) === changes) resolve();
      });
      service.subscribe(plugin, slot).catch(reject);
    });
    return changes / ((performance.now() - begun) / 1000);
  } finally {
    await service.destroy();
  }
}
