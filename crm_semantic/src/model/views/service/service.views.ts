import type { View } from '../../model.types.js';

/** What may be asked about service. */
export const serviceViews: readonly View[] = [
  {
    name: 'tickets', unit: 'service', title: 'Tickets', titleAr: 'التذاكر', description: 'Requests of customers, how fast and how well they were solved.', descriptionAr: 'طلبات العملاء وسرعة حلها وجودته.',
    cube: 'crm_tickets', resource: 'tickets', owner: 'customer service',
  },
];
