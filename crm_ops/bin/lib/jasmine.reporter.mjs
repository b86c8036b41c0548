import fs from 'node:fs';

/** Specs that take longer are named at the end, for whoever shortens the run. */
const SLOW_SECONDS = 5;

/** Jasmine reporter for `npm test`: a line for each failure and for each slow spec and, at the end, the counts and the seconds of the longest groups in the file named by CRM_TEST_REPORT. */
export default class CountReporter {
  #counts = { passed: 0, failed: 0, skipped: 0 };
  #depth = 0;
  #seconds = [];
  #specs = [];

  suiteStarted() {
    this.#depth += 1;
  }

  specDone(result) {
    this.#specs.push({ name: result.fullName, seconds: Math.round((result.duration ?? 0) / 1000) });
    if (result.status === 'passed') this.#counts.passed += 1;
    else if (result.status === 'failed') {
      this.#counts.failed += 1;
      this.#explain(result.fullName, result.failedExpectations);
    } else {
      this.#counts.skipped += 1;
      process.stdout.write(`skipped: ${result.fullName}${result.pendingReason ? ` (${result.pendingReason})` : ''}\n`);
    }
  }

  /** An error outside of specs, such as in afterAll, has no spec to fail. */
  suiteDone(result) {
    this.#depth -= 1;
    if (this.#depth === 0) this.#seconds.push({ name: result.description, seconds: Math.round(result.duration / 1000) });
    if (result.failedExpectations.length === 0) return;
    this.#counts.failed += 1;
    this.#explain(`${result.fullName} (around its specs)`, result.failedExpectations);
  }

  jasmineDone(result) {
    for (const failure of result.failedExpectations ?? []) {
      this.#counts.failed += 1;
      this.#explain('outside of any spec', [failure]);
    }
    // "incomplete": something was focused, or there was nothing to run.
    if (result.overallStatus === 'incomplete') {
      this.#counts.failed += 1;
      process.stdout.write(`FAILED: ${result.incompleteReason}\n`);
    }
    const slow = this.#specs.filter(({ seconds }) => seconds >= SLOW_SECONDS).sort((one, other) => other.seconds - one.seconds);
    for (const { name, seconds } of slow.slice(0, 40)) process.stdout.write(`slow: ${seconds} s ${name}\n`);
    process.stdout.write(`${this.#counts.passed} passed, ${this.#counts.failed} failed, ${this.#counts.skipped} skipped (order: --seed=${result.order?.seed ?? ''})\n`);
    const file = process.env.CRM_TEST_REPORT;
    if (file) fs.writeFileSync(file, JSON.stringify({ ...this.#counts, longest: this.#seconds.sort((one, other) => other.seconds - one.seconds).slice(0, 8) }));
  }

  #explain(name, failures) {
    process.stdout.write(`FAILED: ${name}\n`);
    for (const { message, stack } of failures) {
      const where = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line) && !/node_modules|node:internal/.test(line)).slice(0, 4);
      process.stdout.write(`    ${message.split('\n').join('\n    ')}\n${where.map((line) => `    ${line.trim()}\n`).join('')}`);
    }
  }
}
