import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Severities that may not stay. */
const GRAVE = new Set(['high', 'critical']);
const TIMEOUT_MS = 60_000;

/** Reads the reviewed exceptions; throws with the cure where one lacks its advisory, package, reason or day of expiry. */
export function readExceptions(file) {
  const list = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (!Array.isArray(list)) throw new Error(`${file} must be a list of {advisory, package, reason, expires}`);
  for (const [index, one] of list.entries()) {
    const wrong = [
      [!/^GHSA(-[0-9a-z]{4}){3}$/.test(one.advisory ?? ''), 'advisory such as GHSA-xxxx-xxxx-xxxx'], [typeof one.package !== 'string' || one.package === '', 'package'],
      [typeof one.reason !== 'string' || one.reason.trim().length < 20, 'reason that says why it does not concern the product'], [!/^\d{4}-\d\d-\d\d$/.test(one.expires ?? '') || Number.isNaN(Date.parse(one.expires)), 'expires as YYYY-MM-DD'],
    ].filter(([bad]) => bad).map(([, what]) => what);
    if (wrong.length > 0) throw new Error(`${file}, entry ${index + 1} needs: ${wrong.join(', ')}`);
  }
  return list;
}

/**
 * What `npm audit --json` said, judged: `{unavailable}` with the reason where the registry could not be asked, else the advisories that may not stay, those excepted, and exceptions that are over.
 * `today` is YYYY-MM-DD.
 */
export function judge(text, exceptions, today) {
  let report;
  try {
    report = JSON.parse(text);
  } catch {
    return { unavailable: `npm audit gave no JSON: ${text.trim().split('\n')[0]?.slice(0, 200) || 'nothing'}` };
  }
  if (report === null || typeof report !== 'object' || typeof report.vulnerabilities !== 'object' || report.vulnerabilities === null) {
    return { unavailable: String(report?.message || report?.error?.summary || report?.error?.code || 'npm audit answered without a report').slice(0, 200) };
  }
  const found = new Map();
  for (const [name, one] of Object.entries(report.vulnerabilities)) {
    // A text names the package that has the advisory; that one is in the report itself.
    for (const via of (one.via ?? []).filter((each) => typeof each === 'object')) {
      if (!GRAVE.has(via.severity)) continue;
      const advisory = /GHSA(?:-[0-9a-z]{4}){3}/.exec(via.url ?? '')?.[0] ?? String(via.source ?? via.url);
      found.set(`${advisory} ${name}`, { advisory, package: name, severity: via.severity, title: via.title ?? '' });
    }
  }
  const matches = (exception, one) => exception.advisory === one.advisory && exception.package === one.package;
  const all = [...found.values()];
  const over = exceptions.filter((exception) => exception.expires < today);
  const valid = exceptions.filter((exception) => exception.expires >= today);
  return {
    open: all.filter((one) => !valid.some((exception) => matches(exception, one))),
    excepted: all.filter((one) => valid.some((exception) => matches(exception, one))),
    over: over.filter((exception) => all.some((one) => matches(exception, one))),
    unused: exceptions.filter((exception) => !all.some((one) => matches(exception, one))),
  };
}

/** Asks the registry about the packages that the product runs with, by the lock file alone; one request, a minute at most. */
export function auditPackages(root, today = new Date().toISOString().slice(0, 10)) {
  const exceptions = readExceptions(path.join(root, 'crm_ops/audit.exceptions.json'));
  const { stdout, stderr, error } = spawnSync('npm', ['audit', '--omit=dev', '--package-lock-only', '--json', '--fetch-retries=0', '--fetch-timeout=20000'], { cwd: root, encoding: 'utf8', timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 });
  if (error) return { unavailable: `npm audit could not run: ${error.message}` };
  return judge(stdout || stderr, exceptions, today);
}

/** The verdict as lines for a reader. */
export function auditLines(verdict) {
  if (verdict.unavailable !== undefined) return [`skipped: the registry has no advisories for us (${verdict.unavailable})`];
  return [
    ...verdict.open.map((one) => `FAILED: ${one.package} ${one.severity} ${one.advisory} ${one.title}. Update it, or add a reviewed exception to crm_ops/audit.exceptions.json.`),
    ...verdict.over.map((one) => `FAILED: the exception for ${one.package} ${one.advisory} ended on ${one.expires}. Review it again.`),
    ...verdict.excepted.map((one) => `excepted: ${one.package} ${one.severity} ${one.advisory}`),
    ...verdict.unused.map((one) => `not needed any more: the exception for ${one.package} ${one.advisory}`),
    `${verdict.open.length} high or critical advisories in what the product runs with`,
  ];
}
