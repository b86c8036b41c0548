import { findingKinds, type Finding, type FindingKind } from './chain.types.js';

const shownOfEach = 100;

/** Collects findings in bounded memory: all are counted, the first of each kind are kept. */
export class FindingReport {
  readonly counts = Object.fromEntries(findingKinds.map((kind) => [kind, 0])) as Record<FindingKind, number>;
  readonly findings: Finding[] = [];

  /** Adds a finding that stands for `count` of its kind. */
  add(kind: FindingKind, position: number | null, id: string | null, detail: string, count = 1): void {
    if (this.counts[kind] < shownOfEach) this.findings.push({ kind, position, id, detail });
    this.counts[kind] += count;
  }

  /** Adds to the count of a kind what is not worth a line each. */
  more(kind: FindingKind, count: number): void {
    this.counts[kind] += count;
  }
}
