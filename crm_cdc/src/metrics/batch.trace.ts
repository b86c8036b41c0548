import { SpanKind, trace, type Link } from '@opentelemetry/api';
import { spanOfRequestId } from 'crm_telemetry';
import type { ChangeBatch } from '../pipeline/change.batch.js';
import type { StreamListener } from '../pipeline/stream.statistics.js';

// As many as a span of OpenTelemetry keeps by default.
const mostLinks = 128;

/**
 * Tells a span `crm.cdc.batch` for each written batch. A batch has many origins, so they are links: each change lies in one transaction with its entry in the
 * audit log, whose request id names the span of the request. What came with an id of another kind (the caller's own, an import) is counted.
 */
export function traceBatches(listener: StreamListener | null): StreamListener {
  return {
    written(batch, letters, ms) {
      listener?.written(batch, letters, ms);
      if (batch.changes.length + letters.length > 0) tell(batch, letters.length, ms);
    },
    visible(batch) { listener?.visible(batch); },
    retried(what) { listener?.retried(what); },
  };
}

function tell(batch: ChangeBatch, letters: number, ms: number): void {
  const { links, unlinked } = originsOf(batch);
  const now = Date.now();
  const tables = [...new Set(batch.changes.map(({ source }) => source.table))].sort();
  trace.getTracer('crm').startSpan('crm.cdc.batch', {
    kind: SpanKind.CONSUMER, root: true, startTime: now - ms, links,
    attributes: {
      'crm.cdc.rows': batch.changes.length, 'crm.cdc.bytes': batch.bytes, 'crm.cdc.dead_letters': letters, 'crm.cdc.tables': tables, 'crm.cdc.requests.unlinked': unlinked,
      ...(batch.commit === undefined ? {} : { 'crm.cdc.commit_lsn': String(batch.commit.lsn) }),
    },
  }).end(now);
}

function originsOf(batch: ChangeBatch): { readonly links: Link[]; readonly unlinked: number } {
  const ids = new Set<string>();
  for (const { op, source, after } of batch.changes) {
    const id = source.table === 'crm_audit_log' && op === 'c' ? after?.['request_id'] : null;
    if (id) ids.add(id);
  }
  const spans = [...ids].map(spanOfRequestId).filter((span) => span !== null);
  const links = spans.slice(0, mostLinks).map((context) => ({ context }));
  return { links, unlinked: ids.size - links.length };
}
