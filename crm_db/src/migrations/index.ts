import { coreCreate } from './20261122000000_core_create.js';
import { workspaceCreate } from './20261122000100_workspace_create.js';
import { customersCreate } from './20261122000200_customers_create.js';
import { catalogueCreate } from './20261122000300_catalogue_create.js';
import { salesCreate } from './20261122000400_sales_create.js';
import { billingCreate } from './20261122000500_billing_create.js';
import { engagementCreate } from './20261122000600_engagement_create.js';
import { modelsCreate } from './20261122000700_models_create.js';
import { importsCreate } from './20261122000800_imports_create.js';
import { contractCreate } from './20261122001100_contract_create.js';
import { privacyCreate } from './20261122001200_privacy_create.js';
import { identityCreate } from './20261122001300_identity_create.js';
import { permissionsCreate } from './20261122001400_permissions_create.js';
import { auditSeal } from './20261129000000_audit_seal.js';
import { webhooksCreate } from './20261129000100_webhooks_create.js';
import { qualityCreate } from './20261129000600_quality_create.js';
import { recordsExtend } from './20261129000700_records_extend.js';
import { telemetryPermission } from './20261129000900_telemetry_permission.js';
import { auditVerificationsCreate } from './20261129001000_audit_verifications_create.js';
import { consentCreate } from './20261129002000_consent_create.js';
import { accessExportCreate } from './20261129002100_access_export_create.js';
import { webhooksExtend } from './20261129002400_webhooks_extend.js';
import { marginCreate } from './20261129002500_margin_create.js';
import { dashboardsCreate } from './20261129002700_dashboards_create.js';
import { alertsCreate } from './20261129002710_alerts_create.js';
import { forecastAdjustmentsCreate } from './20261129002800_forecast_adjustments_create.js';
import { forecastSnapshotsDaily } from './20261129002810_forecast_snapshots_daily.js';
import { settingsPermission } from './20261129002900_settings_permission.js';
import { forecastScenariosCreate } from './20261130000200_forecast_scenarios_create.js';
import { deliveryCreate } from './20261130000300_delivery_create.js';
import { listIndexes } from './20261130000700_list_indexes.js';
import { reportsCreate } from './20261130000800_reports_create.js';
import { reportEmbedsCreate } from './20261130000900_report_embeds_create.js';
import { reportDelivery } from './20261130001000_report_delivery.js';
import { dashboardVersions } from './20261130001100_dashboard_versions.js';
import type { Migration } from './ddl.js';

/** All migrations in the order they apply. */
export const migrations: readonly Migration[] = [
  coreCreate, workspaceCreate, customersCreate, catalogueCreate, salesCreate, billingCreate, engagementCreate, modelsCreate, importsCreate, contractCreate, privacyCreate,
  identityCreate, permissionsCreate, auditSeal, webhooksCreate, qualityCreate, recordsExtend, telemetryPermission, auditVerificationsCreate, consentCreate, accessExportCreate, webhooksExtend,
  marginCreate, dashboardsCreate, alertsCreate, forecastAdjustmentsCreate, forecastSnapshotsDaily, settingsPermission,
  forecastScenariosCreate, deliveryCreate, listIndexes, reportsCreate, reportEmbedsCreate, reportDelivery, dashboardVersions,
];
