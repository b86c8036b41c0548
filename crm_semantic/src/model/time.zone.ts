/** Stands in a model's SQL for the time zone of the query: a calendar date then begins at midnight there. */
export const timeZoneMarker = '@crm_query_time_zone';
