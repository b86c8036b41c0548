import { once } from 'node:events';
import net from 'node:net';
import { createSink, createWarehouse } from 'crm_warehouse';
import type { TableShape } from '../mappings/table.shape.js';
import { WarehouseSink } from './warehouse.sink.js';

const shape: TableShape = { oid: 1, schema: 'crm_core', name: 'crm_x', primaryKey: ['id'], replicaIdentityFull: true, columns: [{ name: 'id', type: 'integer', typeOid: 23, notNull: true, missing: null }] };

describe('WarehouseSink on a connection whose packets vanish', () => {
  it('takes the connection for lost after the silence, whatever it asks before it may go on', async () => {
    const deaf = net.createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    const warehouse = createWarehouse(`http://crm:crm@127.0.0.1:${(deaf.address() as net.AddressInfo).port}`, { retryForMs: 0 });
    const sink = new WarehouseSink(warehouse, createSink(warehouse, { writeTimeoutMs: 100 }), 'embedded', 100);
    const write = sink.write([{ op: 'c', before: null, after: { id: '1' }, key: { id: '1' }, source: { table: 'crm_x', lsn: 1n, seq: 0, xid: 1, committed_at: 1n } }]);
    const advance = sink.advance({ source: 'embedded', lsn: 1n, committedAt: 1n, observedAt: 1n });
    await Promise.all([sink.notes(), sink.note('crm_x', 'text'), sink.prepare(shape), sink.states(), sink.watermark('embedded'), write, advance].map((asked) => (
      expectAsync(asked as Promise<unknown>).toBeRejectedWith(jasmine.objectContaining({ code: 'ETIMEDOUT' })))));
    await warehouse.close();
    deaf.close();
  }, 20_000);
});
