import { ChangeDetectionStrategy, Component, computed, inject, resource, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { encode } from 'uqr';
import { Problem, toProblem } from '@core/api/problem';
import { ChipComponent } from '@shared/chip/chip.component';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { ProblemComponent } from '@shared/states/states.component';
import { FactorSecret, SecurityApi } from './security.api';

/** Switching the second factor on and off. */
@Component({
  selector: 'crm-factor',
  imports: [TranslatePipe, ChipComponent, ControlDirective, FieldComponent, ProblemComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './factor.component.html',
  styleUrl: './security.scss',
})
export class FactorComponent {
  private readonly api = inject(SecurityApi);
  private readonly state = resource({ loader: () => this.api.factor() });
  protected readonly factor = computed(() => (this.state.hasValue() ? this.state.value() : null));
  protected readonly password = signal('');
  protected readonly code = signal('');
  protected readonly secret = signal<FactorSecret | null>(null);
  protected readonly recovery = signal<readonly string[] | null>(null);
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  /** The dark modules of the QR code as one path, with the quiet zone around it. */
  protected readonly qr = computed(() => {
    const secret = this.secret();
    if (!secret) return null;
    const { data, size } = encode(secret.uri, { border: 2 });
    return { size, path: data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('') };
  });
  protected readonly grouped = computed(() => this.secret()?.secret.replace(/(.{4})(?=.)/g, '$1 ') ?? '');

  protected enrol(event: Event): Promise<void> {
    return this.run(event, async () => this.secret.set(await this.api.enrol(this.password())));
  }

  protected confirm(event: Event): Promise<void> {
    return this.run(event, async () => {
      this.recovery.set(await this.api.confirm(this.code()));
      this.secret.set(null);
      this.state.reload();
    });
  }

  protected disable(event: Event): Promise<void> {
    return this.run(event, async () => {
      await this.api.disable(this.password(), this.code());
      this.recovery.set(null);
      this.state.reload();
    });
  }

  private async run(event: Event, work: () => Promise<void>): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    this.busy.set(true);
    this.problem.set(null);
    try {
      await work();
      this.password.set('');
      this.code.set('');
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.busy.set(false);
    }
  }
}
