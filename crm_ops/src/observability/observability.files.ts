import { renderBoard } from './board.render.js';
import { boards } from './boards.js';
import { renderRules } from './slo.rules.js';

/** The files that are written from code, by their path below `crm_ops/observability`. */
export function observabilityFiles(): ReadonlyMap<string, string> {
  return new Map([...boards.map((board) => [`dashboards/${board.key}.json`, renderBoard(board)] as const), ['alerts/crm_api.rules.yml', renderRules()] as const]);
}
