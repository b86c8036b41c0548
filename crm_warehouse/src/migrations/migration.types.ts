import type { Dialect } from './ddl.dialect.js';

/** A reversible change of the warehouse's fixed objects. */
export interface Migration {
  /** `YYYYMMDDhhmm_domain_verb`; the order of the ids is the order of the migrations. */
  readonly id: string;
  up(dialect: Dialect): readonly string[];
  down(dialect: Dialect): readonly string[];
}
