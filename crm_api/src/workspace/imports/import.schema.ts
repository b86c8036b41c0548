import Joi from 'joi';
import { importEntities } from './entities/index.js';
import { mappingSchema } from './mapping/mapping.schema.js';

const label = Joi.object({ en: Joi.string().required(), ar: Joi.string().required() });
const entityName = Joi.string().valid(...importEntities.map((entity) => entity.entity));
const instant = Joi.date().iso().allow(null);

/** What a person sends: the file and how it comes in. */
export const uploadSchema = Joi.object({
  file: Joi.any().required().description('The CSV or XLSX file.'),
  entity: entityName.required().description('What the rows are.'),
  mapping: Joi.string().required().description('JSON of an ImportMapping.'),
  dry_run: Joi.boolean().default(false).description('True checks each row and writes nothing.'),
})
  .required()
  .label('ImportUpload');

/** A file to look at before it is imported. */
export const previewUploadSchema = Joi.object({
  file: Joi.any().required(),
  entity: entityName,
  encoding: Joi.string().max(40),
})
  .required()
  .label('ImportPreviewUpload');

const problemSchema = Joi.object({ code: Joi.string().required(), message: Joi.string().required(), field: Joi.string(), value: Joi.string().allow(''), suggestion: Joi.string() });

/** An import as the API answers it. */
export const importSchema = Joi.object({
  id: Joi.string().guid().required(),
  entity: Joi.string().required(),
  file_name: Joi.string().required(),
  format: Joi.string().valid('csv', 'xlsx').required(),
  source: Joi.string().required(),
  dry_run: Joi.boolean().required(),
  status: Joi.string().valid('queued', 'running', 'done', 'failed', 'cancelled').required(),
  total_rows: Joi.number().integer().allow(null).required(),
  processed_rows: Joi.number().integer().required(),
  counts: Joi.object({
    created: Joi.number().integer().required(),
    updated: Joi.number().integer().required(),
    unchanged: Joi.number().integer().required(),
    skipped: Joi.number().integer().required(),
    errors: Joi.number().integer().required(),
  }).required(),
  error: Joi.object({ code: Joi.string().required(), message: Joi.string().required() }).allow(null).required().description('Why the whole file could not be imported.'),
  started_at: instant.required(),
  finished_at: instant.required(),
  created_at: Joi.date().iso().required(),
  updated_at: Joi.date().iso().required(),
}).label('Import');

/** An import with its problems: grouped, and row by row. */
export const importDetailSchema = importSchema
  .keys({
    mapping: mappingSchema.required(),
    problem_groups: Joi.array()
      .items(Joi.object({
        field: Joi.string().allow(null).required(), code: Joi.string().required(), value: Joi.string().allow(null, '').required(), message: Joi.string().required(),
        suggestion: Joi.string().allow(null).required(), count: Joi.number().integer().required(),
      }))
      .required(),
    errors: Joi.array()
      .items(Joi.object({
        row: Joi.number().integer().required().description('Row of the file; the header is row 1.'),
        outcome: Joi.string().valid('error', 'warning').required(),
        problems: Joi.array().items(problemSchema).required(),
        raw: Joi.object().required(),
      }))
      .required()
      .description('The first hundred; all of them: /imports/{id}/errors.csv'),
  })
  .label('ImportDetail');

/** A page of imports. */
export const importPageSchema = Joi.object({ items: Joi.array().items(importSchema).required(), next_cursor: Joi.string().allow(null).required() }).label('ImportPage');

/** What a file looks like, and what it most likely holds. */
export const previewSchema = Joi.object({
  file_name: Joi.string().required(),
  format: Joi.string().valid('csv', 'xlsx').required(),
  columns: Joi.array().items(Joi.object({ name: Joi.string().required(), samples: Joi.array().items(Joi.string().allow('')).required(), field: Joi.string().allow(null).required() })).required(),
  entity: Joi.string().allow(null).required().description('The suggested entity; null when nothing fits.'),
  mapping: mappingSchema.allow(null).required(),
  preset: Joi.object({ name: Joi.string().required(), label: label.required() }).allow(null).required(),
  holds_records: Joi.boolean().required().description('False for files of a known export that only describe it.'),
}).label('ImportPreview');

/** What can be imported. */
export const catalogueSchema = Joi.object({
  entities: Joi.array()
    .items(Joi.object({
      entity: Joi.string().required(),
      label: label.required(),
      fields: Joi.array()
        .items(Joi.object({
          key: Joi.string().required(), label: label.required(), type: Joi.string().required(), required: Joi.boolean().required(),
          choices: Joi.array().items(Joi.string()), reference: Joi.string(), can_create: Joi.boolean(),
          custom: Joi.boolean().description('True for custom fields; their keys are `custom.key`.'), required_for_new: Joi.boolean().description('Of custom fields: rows that make records need a value.'),
        }))
        .required(),
    }))
    .required(),
  presets: Joi.array().items(Joi.object({ name: Joi.string().required(), label: label.required() })).required(),
  encodings: Joi.array().items(Joi.string()).required(),
}).label('ImportCatalogue');

/** A mapping saved under a name. */
export const savedMappingSchema = Joi.object({
  id: Joi.string().guid().required(), name: Joi.string().required(), entity: Joi.string().required(), mapping: mappingSchema.required(),
  outdated: Joi.array().items(Joi.object({
    field: Joi.string().required(), code: Joi.string().required(), message: Joi.string().required(), label: label.allow(null).required(),
  })).required().description('Fields it fills that are archived, deleted, switched off or not the caller\'s to write any more.'),
  created_at: Joi.date().iso().required(), updated_at: Joi.date().iso().required(),
}).label('SavedImportMapping');

/** A mapping to save; an equal name for the same entity replaces the earlier one. */
export const mappingBodySchema = Joi.object({ name: Joi.string().trim().min(1).max(200).required(), entity: entityName.required(), mapping: mappingSchema.required() })
  .required()
  .label('ImportMappingBody');
