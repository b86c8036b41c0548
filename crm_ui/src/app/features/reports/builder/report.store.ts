import { computed, Injectable, signal } from '@angular/core';
import { ReportDefinition } from '@core/reports/report.model';
import { EMPTY, isSame } from '../definition/definition.model';

/** How many steps can be undone. */
export const MOST_STEPS = 200;

interface Steps {
  readonly past: readonly ReportDefinition[];
  readonly now: ReportDefinition;
  readonly future: readonly ReportDefinition[];
  /** What the last step was about, so that keystrokes of one box are one step. */
  readonly about: string | null;
}

/** The definition that is being edited, and the steps that led to it. A definition is never changed, only replaced. */
@Injectable()
export class ReportStore {
  private readonly steps = signal<Steps>({ past: [], now: EMPTY, future: [], about: null });

  readonly definition = computed(() => this.steps().now, { equal: isSame });
  readonly canUndo = computed(() => this.steps().past.length > 0);
  readonly canRedo = computed(() => this.steps().future.length > 0);

  /** Takes a step; steps in a row about the same thing are one. False where nothing changed. */
  change(next: ReportDefinition | ((now: ReportDefinition) => ReportDefinition), about: string | null = null): boolean {
    const { past, now, about: before } = this.steps();
    const definition = typeof next === 'function' ? next(now) : next;
    if (isSame(definition, now)) return false;
    const joined = about !== null && about === before;
    this.steps.set({ past: joined ? past : [...past, now].slice(-MOST_STEPS), now: definition, future: [], about });
    return true;
  }

  /** Back one step; false where there is none. */
  undo(): boolean {
    const { past, now, future } = this.steps();
    const definition = past.at(-1);
    if (!definition) return false;
    this.steps.set({ past: past.slice(0, -1), now: definition, future: [now, ...future], about: null });
    return true;
  }

  /** Forward one step that was undone; false where there is none. */
  redo(): boolean {
    const { past, now, future } = this.steps();
    const [definition, ...rest] = future;
    if (!definition) return false;
    this.steps.set({ past: [...past, now], now: definition, future: rest, about: null });
    return true;
  }

  /** Takes what an address says: the way back of the browser is an undo, its way forward a redo, anything else a step of its own. */
  adopt(definition: ReportDefinition): void {
    const { past, now, future } = this.steps();
    if (isSame(definition, now)) return;
    if (isSame(definition, past.at(-1) ?? null)) this.undo();
    else if (isSame(definition, future[0] ?? null)) this.redo();
    else this.change(definition);
  }

  /** Begins anew, with nothing to undo. */
  begin(definition: ReportDefinition = EMPTY): void {
    this.steps.set({ past: [], now: definition, future: [], about: null });
  }
}
