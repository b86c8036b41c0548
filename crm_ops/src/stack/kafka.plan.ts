import type { PartSpec } from '../parts/part.process.js';
import { compiled, productPlan, type Plan } from './product.plan.js';

/** The product in the distributed profile: its changes travel through Kafka, whose broker and Connect are parts unless they are given. */
export function kafkaPlan(inputs: Parameters<typeof productPlan>[0]): Plan {
  const { env, ports } = inputs;
  const settings = {
    CRM_KAFKA_BROKERS: env['CRM_KAFKA_BROKERS'] || `127.0.0.1:${ports.kafka}`,
    CRM_KAFKA_CONNECT_URL: env['CRM_KAFKA_CONNECT_URL'] || `http://127.0.0.1:${ports.connect}`,
  };
  const plan = productPlan({ ...inputs, env: { ...env, ...settings } });
  const part = (name: string): PartSpec => ({ name, entry: compiled(`crm_cdc/dist/${name}.main.js`), env: { ...env, ...plan.env } });
  return {
    ...plan,
    // The stream waits for both; nothing else does. Connect waits for its broker by itself, so both load side by side.
    early: [...plan.early, ...(env['CRM_KAFKA_BROKERS'] ? [] : [part('kafka')])],
    relays: env['CRM_KAFKA_CONNECT_URL'] ? [] : [part('connect')],
  };
}
