import accounts from './accounts.json';
import admin from './admin.json';
import alerts from './alerts.json';
import audit from './audit.json';
import consent from './consent.json';
import contacts from './contacts.json';
import deals from './deals.json';
import duplicates from './duplicates.json';
import extend from './extend.json';
import forecast from './forecast.json';
import frame from './frame.json';
import home from './home.json';
import imports from './imports.json';
import login from './login.json';
import marketing from './marketing.json';
import pipeline from './pipeline.json';
import records from './records.json';
import report from './report.json';
import reports from './reports.json';
import revenue from './revenue.json';
import schedules from './schedules.json';
import security from './security.json';
import shared from './shared.json';
import values from './values.json';
import webhooks from './webhooks.json';

/** All texts of this language; a feature adds its own file with one top-level key. */
const texts = { ...frame, ...shared, ...login, ...home, ...values, ...imports, ...records, ...deals, ...accounts, ...contacts, ...consent, ...security, ...admin, ...webhooks, ...audit, ...duplicates, ...extend, ...pipeline, ...alerts, ...schedules, ...forecast, ...reports, ...report, ...revenue, ...marketing };
export default texts;
