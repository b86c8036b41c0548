import { createHash } from 'node:crypto';
import type { AlertRow } from './alert.types.js';

/** The version of what people change of an alert: looks at its number, which happen all the time, make no other. */
export const alertVersion = ({ name, question, condition, is_enabled: enabled }: AlertRow): string => createHash('sha1').update(JSON.stringify([name, question, condition, enabled])).digest('base64url');
