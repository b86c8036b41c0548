/** The queues of the product. They are made by the schema's owner, because a queue is a partition of the job table. */
export const queues = [
  { name: 'crm_import', policy: 'standard', retryLimit: 5, retryDelay: 1, expireInSeconds: 3600 },
  { name: 'crm_audit', policy: 'standard', retryLimit: 2, retryDelay: 5, expireInSeconds: 3600 },
  { name: 'crm_quality', policy: 'standard', retryLimit: 2, retryDelay: 5, expireInSeconds: 3600 },
  { name: 'crm_ml_train_win', policy: 'singleton', retryLimit: 2, retryDelay: 30, expireInSeconds: 3600 },
  { name: 'crm_ml_score_win', policy: 'singleton', retryLimit: 2, retryDelay: 5, expireInSeconds: 3600 },
  { name: 'crm_access_export', policy: 'standard', retryLimit: 2, retryDelay: 5, expireInSeconds: 3600 },
  { name: 'crm_alert', policy: 'standard', retryLimit: 2, retryDelay: 5, expireInSeconds: 600 },
  { name: 'crm_delivery', policy: 'standard', retryLimit: 2, retryDelay: 5, expireInSeconds: 600 },
  { name: 'crm_webhook', policy: 'standard', retryLimit: 2, retryDelay: 1, expireInSeconds: 300 },
] as const;

/** The name of a queue. */
export type QueueName = (typeof queues)[number]['name'];
