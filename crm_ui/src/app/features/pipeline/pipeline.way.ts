import { HttpClient, HttpErrorResponse } from '@angular/common/http';
import { computed, inject, Injectable, resource, signal } from '@angular/core';
import { Router } from '@angular/router';
import { firstValueFrom } from 'rxjs';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { Watermark } from '@core/analytics/cube.transport';
import { API_ROOT } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { PipelineParams } from './pipeline.address';

/** Where the page stands: its address, the moment that "now" means, and which members the person may ask for. */
@Injectable()
export class PipelineWay {
  private readonly http = inject(HttpClient);
  private readonly router = inject(Router);
  private readonly analytics = inject(AnalyticsClient);
  private readonly looks = signal(0);

  // Later changes are still on their way into the warehouse, so now is the moment up to which it is complete.
  private readonly mark = resource({ params: () => this.looks(), loader: async () => (await this.watermark())?.committed_at ?? new Date().toISOString() });
  private readonly meta = resource({ loader: () => this.analytics.members() });

  /** The moment that "now" means on the whole page; null until it is known. It moves only when somebody asks for it, so that all numbers are of one moment. */
  readonly now = computed(() => (this.mark.hasValue() ? this.mark.value() : null));
  /** Whether a member may be asked for; null until that is known. */
  readonly has = computed(() => {
    const members = this.meta.hasValue() ? this.meta.value() : null;
    return members && ((member: string): boolean => members.has(member));
  });
  /** Why nothing can be asked. */
  readonly problem = computed<Problem | null>(() => {
    const error = this.mark.error() ?? this.meta.error();
    return error ? toProblem(error) : null;
  });

  /** Looks again at what "now" is; everything that depends on it loads again. */
  refresh(): void {
    if (this.meta.error()) this.meta.reload();
    this.looks.update((look) => look + 1);
  }

  /** Changes the address; what is not named stays, null takes away. */
  async go(params: { readonly [name in keyof PipelineParams]: string | null }): Promise<void> {
    await this.router.navigate([], { queryParams: params, queryParamsHandling: 'merge' });
  }

  private async watermark(): Promise<Watermark | undefined> {
    try {
      return (await firstValueFrom(this.http.get<{ watermark?: Watermark }>(`${API_ROOT}/health`))).watermark;
    } catch (error) {
      // A part that is slow for a moment makes the answer a failure, but it still tells how far the stream is.
      const mark = error instanceof HttpErrorResponse ? (error.error as { watermark?: Watermark } | null)?.watermark : undefined;
      if (mark) return mark;
      throw error;
    }
  }
}
