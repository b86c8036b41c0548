import { tmpdir } from 'node:os';
import type { RouteOptions } from '@hapi/hapi';
import Joi from 'joi';
import type { Call } from '../../kernel/context/call.js';
import { CrmError, invalidBody, notFound } from '../../kernel/errors/crm.error.js';
import { Reply, route, type Input, type RouteSpec } from '../../kernel/route.js';
import { problemsCsv } from './import.errors.csv.js';
import { listImports } from './import.repository.js';
import {
  catalogueSchema, importDetailSchema, importPageSchema, importSchema, mappingBodySchema, previewSchema, previewUploadSchema, savedMappingSchema, uploadSchema,
} from './import.schema.js';
import { cancelImport, createImport, getImport, importCatalogue, presentImport, previewFile, visibleImport, type UploadedFile } from './import.service.js';
import type { ImportMapping } from './import.types.js';
import { deleteMapping, listMappings, saveMapping } from './mapping/mapping.repository.js';
import { presentMappings } from './mapping/mapping.service.js';

const feature = 'crm_feature_imports';
const tag = 'imports';
const read = { resource: 'imports', action: 'read' } as const;
const write = { resource: 'imports', action: 'write' } as const;
const byId = Joi.object({ id: Joi.string().guid().required() });

/** Files go to disk while they arrive; memory does not grow with them. */
function upload(maxBytes: number): RouteOptions {
  return { payload: { output: 'file', uploads: tmpdir(), parse: true, multipart: { output: 'file' }, allow: 'multipart/form-data', maxBytes, timeout: 600_000 } };
}

function fileOf(body: unknown): UploadedFile {
  const file = (body as { file?: unknown }).file;
  if (file !== null && typeof file === 'object' && 'path' in file && 'filename' in file) return file as UploadedFile;
  throw invalidBody([{ path: 'file', code: 'required', message: 'The part “file” is missing or has no file name. Send the file as multipart/form-data.' }]);
}

function cursorOf(text: unknown): { readonly created_at: string; readonly id: string } | undefined {
  if (text === undefined) return undefined;
  const [createdAt, id] = Buffer.from(String(text), 'base64url').toString('utf8').split('|');
  if (createdAt === undefined || id === undefined || Number.isNaN(Date.parse(createdAt)) || !/^[0-9a-f-]{36}$/.test(id)) {
    throw new CrmError(400, 'invalid_cursor', 'The cursor does not belong to this list. Ask again without cursor.');
  }
  return { created_at: createdAt, id };
}

async function list(call: Call, { query }: Input): Promise<object> {
  const limit = Number(query['limit'] ?? 50);
  const records = await listImports(call.db, limit + 1, cursorOf(query['cursor']));
  const visible = records.slice(0, limit);
  const last = visible.at(-1);
  const more = records.length > limit && last !== undefined;
  return {
    items: visible.map(presentImport),
    next_cursor: more ? Buffer.from(`${last.created_at.toISOString()}|${last.id}`).toString('base64url') : null,
  };
}

/** Imports: look at a file, bring it in, follow it, fetch what went wrong. `maxUploadBytes` bounds one file. */
export function importRoutes(maxUploadBytes: number): readonly RouteSpec[] {
  return [
    route({
      method: 'GET', path: '/imports/catalogue', id: 'getImportCatalogue', tag, feature, access: write, summary: 'What can be imported, and which exports are known',
      responses: { 200: catalogueSchema }, handle: (call) => importCatalogue(call),
    }),
    route({
      method: 'POST', path: '/imports/preview', id: 'previewImport', tag, feature, access: write, summary: 'Columns, samples and a suggested mapping of a file; nothing is kept',
      body: previewUploadSchema, consumes: ['multipart/form-data'], responses: { 200: previewSchema }, problems: [413, 415, 422], hapi: upload(maxUploadBytes),
      handle: (call, { body }) => previewFile(call, fileOf(body), body as { entity?: string; encoding?: string }),
    }),
    route({
      method: 'POST', path: '/imports', id: 'createImport', tag, feature, access: write, summary: 'Import a CSV or XLSX file in the background',
      body: uploadSchema, consumes: ['multipart/form-data'], responses: { 201: importSchema }, problems: [413, 415, 422], hapi: upload(maxUploadBytes),
      handle: async (call, { body }) => {
        const { entity, mapping, dry_run: dryRun } = body as { entity: string; mapping: string; dry_run: boolean };
        const record = await createImport(call, fileOf(body), { entity, mapping, dryRun });
        return Reply.created(`/imports/${record.id}`, presentImport(record));
      },
    }),
    route({
      method: 'GET', path: '/imports', id: 'listImports', tag, feature, access: { resource: 'imports', action: 'read' }, summary: 'Imports, newest first',
      query: Joi.object({ limit: Joi.number().integer().min(1).max(200).default(50), cursor: Joi.string().max(200) }), responses: { 200: importPageSchema }, handle: list,
    }),
    route({
      method: 'GET', path: '/imports/{id}', id: 'getImport', tag, feature, access: read, summary: 'Progress, counts and problems of an import',
      params: byId, responses: { 200: importDetailSchema }, problems: [404], handle: (call, { params }) => getImport(call, params['id'] ?? ''),
    }),
    route({
      method: 'POST', path: '/imports/{id}/cancel', id: 'cancelImport', tag, feature, access: write, summary: 'Stop an import after its present batch',
      params: byId, responses: { 200: importSchema }, problems: [404, 409], handle: (call, { params }) => cancelImport(call, params['id'] ?? ''),
    }),
    route({
      method: 'GET', path: '/imports/{id}/errors.csv', id: 'downloadImportErrors', tag, feature, access: read, summary: 'Rows with problems, as CSV to correct and import again',
      params: byId, responses: { 200: Joi.string() }, produces: 'text/csv', problems: [404],
      handle: async (call, { params }) => {
        const record = await visibleImport(call, params['id'] ?? '');
        call.origin?.notes.push({ action: 'export', entity: 'imports', entityId: record.id, status: null });
        const name = encodeURIComponent(`${record.file_name.replace(/\.[a-z]+$/i, '')}-problems.csv`);
        return new Reply(200, problemsCsv(call.db, record.id), { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename*=UTF-8''${name}` });
      },
    }),
    route({
      method: 'GET', path: '/imports/mappings', id: 'listImportMappings', tag, feature, access: write, summary: 'Saved mappings',
      responses: { 200: Joi.object({ items: Joi.array().items(savedMappingSchema).required() }) }, handle: async (call) => ({ items: await presentMappings(call, await listMappings(call.db)) }),
    }),
    route({
      method: 'POST', path: '/imports/mappings', id: 'saveImportMapping', tag, feature, access: write, summary: 'Save a mapping under a name',
      body: mappingBodySchema, responses: { 201: savedMappingSchema },
      handle: async (call, { body }) => {
        const values = body as { name: string; entity: string; mapping: ImportMapping };
        const saved = await call.db.transaction((trx) => saveMapping(trx, { ...values, ownerId: call.actor.userId }));
        return Reply.created(`/imports/mappings/${saved.id}`, (await presentMappings(call, [saved]))[0]);
      },
    }),
    route({
      method: 'DELETE', path: '/imports/mappings/{id}', id: 'deleteImportMapping', tag, feature, access: write, summary: 'Forget a saved mapping',
      params: byId, responses: { 204: null }, problems: [404],
      handle: async (call, { params }) => {
        const id = params['id'] ?? '';
        if (!(await call.db.transaction((trx) => deleteMapping(trx, id)))) throw notFound('import_mapping', id);
        return Reply.none();
      },
    }),
  ];
}
