import { applyCubeEnvironment, parseWarehouseUrl, readProofConfig } from './config.js';

/** `npm run proof:kpis [-- --json --view=deals --view=forecast]`: proves every KPI, or those of the named views, now against the running product; exits with 1 when one differs, 2 when it cannot tell. */
async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => arg !== '--json' && !arg.startsWith('--view='));
  if (unknown !== undefined) throw new Error(`Unknown option "${unknown}": use --json, --view=NAME or none`);
  const views = args.filter((arg) => arg.startsWith('--view=')).map((arg) => arg.slice('--view='.length));
  const { cube, proof } = readProofConfig();
  applyCubeEnvironment(null);
  // These load Cube at import, so they must follow the environment above.
  const { WarehouseDriver } = await import('./server/warehouse.driver.js');
  const { allTasks, proveKpis } = await import('./proof/kpi.prover.js');
  const all = allTasks();
  const strange = views.find((view) => !all.some(({ proof }) => proof.view === view));
  if (strange !== undefined) throw new Error(`No KPI of a view "${strange}" is proved: use one of ${[...new Set(all.map(({ proof }) => proof.view))].join(', ')}`);
  const tasks = views.length === 0 ? all : all.filter(({ proof }) => views.includes(proof.view));
  const { recordProof } = await import('./proof/proof.store.js');
  const { createWarehouse } = await import('crm_warehouse');
  const reader = new WarehouseDriver(parseWarehouseUrl(proof.warehouseUrl), 1);
  const warehouse = createWarehouse(proof.warehouseUrl, { maxConnections: 1 });
  try {
    // A person who asks waits for the whole answer.
    const report = await proveKpis({ ...proof, cube, reader, tasks, budgetMs: Infinity });
    await recordProof(warehouse, report);
    const compared = report.results.reduce((sum, { rows }) => sum + rows, 0);
    const different = report.results.reduce((sum, one) => sum + one.different, 0);
    if (args.includes('--json')) {
      const plain = { lsn: String(report.lsn), committed_at: new Date(Number(report.committedAt / 1000n)).toISOString(), compared, different, results: report.results };
      process.stdout.write(`${JSON.stringify(plain, null, 2)}\n`);
    } else {
      for (const { equal, kpi, grouping, detail } of report.results) if (!equal) process.stdout.write(`${kpi} by ${grouping}: ${detail}\n`);
      process.stdout.write(`${compared} numbers compared, ${different} different\n`);
    }
    return different === 0 ? 0 : 1;
  } finally {
    await warehouse.close();
    await reader.release();
  }
}

main(process.argv.slice(2)).then((code) => { process.exitCode = code; }, (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
