import { RecordBase, Reference } from '@core/api/api.client';
import type { CustomValues } from '../extend/custom.model';
import type { RecordTag } from '../extend/record-tags.component';

/** What the product's users add to a record; absent or null while the feature is off. */
export interface Extended {
  readonly custom?: CustomValues | null;
  readonly tags?: readonly RecordTag[] | null;
}

/** What a deal's status can be. */
export type DealStatus = 'open' | 'won' | 'lost';

/** A stage of a pipeline. */
export interface Stage {
  readonly id: string;
  readonly name: string;
  readonly name_ar: string | null;
  readonly position: number;
  readonly kind: DealStatus;
  /** The usual chance to win from here, 0–1. */
  readonly probability: number | null;
}

/** A pipeline with its stages in order. */
export interface Pipeline extends RecordBase {
  readonly name: string;
  readonly name_ar: string | null;
  readonly is_default: boolean;
  readonly stages: readonly Stage[];
}

/** A user as lists and forms need them. */
export interface Person extends RecordBase {
  readonly name: string;
  readonly name_ar: string | null;
  readonly is_active: boolean;
}

/** A product as lists and forms need it. */
export interface Product extends RecordBase {
  readonly name: string;
  readonly name_ar: string | null;
  readonly is_active: boolean;
}

/** A deal as the list tells it; money is a string. */
export interface Deal extends RecordBase, Extended {
  readonly name: string;
  readonly account_id: string | null;
  readonly primary_contact_id: string | null;
  readonly owner_id: string | null;
  readonly pipeline_id: string;
  readonly stage_id: string;
  readonly status: DealStatus;
  readonly expected_value: string | null;
  readonly currency: string;
  readonly close_date: string | null;
  readonly closed_at: string | null;
  readonly lost_reason: string | null;
  readonly source: string | null;
  readonly product_id: string | null;
  readonly forecast_category: string | null;
  readonly next_step: string | null;
  readonly description: string | null;
  readonly account: Reference | null;
  readonly owner: Reference | null;
  readonly primary_contact: Reference | null;
  readonly product: Reference | null;
  readonly campaign: Reference | null;
  readonly pipeline: (Reference & { readonly name_ar?: string | null }) | null;
  readonly stage: Omit<Stage, 'kind'> & { readonly kind?: DealStatus } | null;
  /** 0–1; absent while the feature is off, null while there is no score. */
  readonly win_probability?: number | null;
}

/** One reason behind a win probability; `value` is what the model saw. */
export interface ScoreReason {
  readonly feature: string;
  readonly label_en: string;
  readonly label_ar: string;
  readonly direction: 'up' | 'down' | 'none';
  readonly contribution: number;
  readonly value: string | number | null;
}

/** What is known of a deal's chance. */
export interface DealScore {
  readonly probability: number | null;
  readonly base_probability: number | null;
  readonly reasons: readonly ScoreReason[];
  readonly scored_at: string | null;
  readonly model: { readonly state: string; readonly version: number | null; readonly trained_at: string | null; readonly message: string | null };
}

/** A deal as its own page tells it. */
export interface DealDetail extends Deal {
  readonly score?: DealScore | null;
}

/** One stay of a deal in a stage. */
export interface StageStay {
  readonly id: string;
  readonly entered_at: string;
  readonly left_at: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly from_stage: Reference | null;
  readonly to_stage: Reference;
  readonly changed_by: Reference | null;
}

/** A company. */
export interface Account extends RecordBase, Extended {
  readonly legal_name: string;
  readonly legal_name_ar: string | null;
  readonly region: string | null;
  readonly country_code: string | null;
  readonly city: string | null;
  readonly industry: string | null;
  readonly size_tier: string | null;
  readonly employee_count: number | null;
  readonly annual_revenue: string | null;
  readonly currency: string | null;
  readonly founded_year: number | null;
  readonly website: string | null;
  readonly phone: string | null;
  readonly description: string | null;
  readonly lifecycle: string;
  readonly became_customer_at: string | null;
  readonly parent_id: string | null;
  readonly owner_id: string | null;
  readonly owner: Reference | null;
  readonly parent: Reference | null;
}

/** A person at an account. */
export interface Contact extends RecordBase, Extended {
  readonly full_name: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly full_name_ar: string | null;
  readonly account_id: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly mobile: string | null;
  readonly job_title: string | null;
  readonly department: string | null;
  readonly locale: string | null;
  readonly country_code: string | null;
  readonly city: string | null;
  readonly owner_id: string | null;
  readonly lead_source: string | null;
  readonly email_opt_in: boolean | null;
  readonly email_opt_in_at: string | null;
  readonly email_opt_in_source: string | null;
  readonly sms_opt_in: boolean | null;
  readonly account: Reference | null;
  readonly owner: Reference | null;
}

/** A call, a meeting, an e-mail, a task or a note. */
export interface Activity extends RecordBase {
  readonly kind: string;
  readonly direction: string | null;
  readonly subject: string | null;
  readonly body: string | null;
  readonly status: string;
  readonly outcome: string | null;
  readonly occurred_at: string | null;
  readonly due_at: string | null;
  readonly duration_minutes: number | null;
  readonly owner: Reference | null;
  readonly contact: Reference | null;
  readonly deal: Reference | null;
}

/** One entry of a record's story. */
export interface StoryEntry {
  readonly id: string;
  readonly occurred_at: string;
  readonly entity: string;
  readonly entity_id: string;
  readonly kind: string;
  readonly summary: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly actor: Reference | null;
}
