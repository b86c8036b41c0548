import Joi from 'joi';
import type { Knex } from 'knex';
import { simpleParser, type ParsedMail } from 'mailparser';
import type { Call } from '../../kernel/context/call.js';
import { idParams } from '../../kernel/crud/crud.routes.js';
import { notFound } from '../../kernel/errors/crm.error.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { schedulesFeature } from './schedule.feature.js';

const table = 'crm_core.crm_demo_mails';
const shown = 100;
const shared = { tag: 'schedules', feature: schedulesFeature, access: { resource: 'schedules', action: 'read' } } as const;
const head = { id: Joi.string().guid().required(), subject: Joi.string().allow('').required(), byte_count: Joi.number().integer().required(), created_at: Joi.string().isoDate().required() };
const item = Joi.object(head).label('DemoMailHead');
const mail = Joi.object({
  ...head, from: Joi.string().allow('').required(), to: Joi.string().allow('').required(), html: Joi.string().allow('').required().description('With its pictures inside; to be shown where no script runs and nothing is loaded.'), text: Joi.string().allow('').required(),
  attachments: Joi.array().items(Joi.object({ position: Joi.number().integer().required(), name: Joi.string().required(), type: Joi.string().required(), byte_count: Joi.number().integer().required() })).required(),
}).label('DemoMail');
const page = Joi.object({ items: Joi.array().items(item).required(), next_cursor: Joi.valid(null).required() }).label('DemoMailPage');
const fileParams = Joi.object({ id: Joi.string().guid().required(), position: Joi.number().integer().min(0).max(200).required() });

interface MailRow { readonly id: string; readonly subject: string; readonly byte_count: number; readonly created_at: Date; readonly raw?: Buffer }

/** `/demo-mails`: the mails that the demo's own receiver has taken for the caller; empty where a real server sends them. */
export function mailboxRoutes(): RouteSpec[] {
  return [
    route({
      ...shared, method: 'GET', path: '/demo-mails', id: 'listDemoMails', summary: 'E-mails that the demo kept for you, the newest first', responses: { 200: page },
      handle: async (call) => ({ items: (await mine(call).orderBy('id', 'desc').limit(shown).select<MailRow[]>('id', 'subject', 'byte_count', 'created_at')).map(present), next_cursor: null }),
    }),
    route({
      ...shared, method: 'GET', path: '/demo-mails/{id}', id: 'getDemoMail', summary: 'One e-mail of the demo', params: idParams, problems: [404], responses: { 200: mail },
      async handle(call, { params }) {
        const { row, parsed } = await open(call, params['id'] ?? '');
        return {
          ...present(row), from: parsed.from?.text ?? '', to: [parsed.to ?? []].flat().map(({ text }) => text).join(', '), html: parsed.html === false ? '' : parsed.html, text: parsed.text ?? '',
          attachments: filesOf(parsed).map(({ filename, contentType, size }, position) => ({ position, name: filename ?? `file-${position + 1}`, type: contentType, byte_count: size })),
        };
      },
    }),
    route({
      ...shared, method: 'GET', path: '/demo-mails/{id}/files/{position}', id: 'downloadDemoMailFile', summary: 'A file of an e-mail of the demo', params: fileParams, problems: [404], responses: { 200: Joi.binary() }, produces: 'application/octet-stream',
      async handle(call, { params }) {
        const { parsed } = await open(call, params['id'] ?? '');
        const file = filesOf(parsed)[Number(params['position'])];
        if (!file) throw notFound('file', String(params['position']));
        return new Reply(200, file.content, { 'content-type': 'application/octet-stream', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.filename ?? 'file')}` });
      },
    }),
  ];
}

// Everybody reads their own mails alone, administrators too: what is sent is computed for its reader.
const mine = (call: Call): Knex.QueryBuilder => call.db(table).where({ user_id: call.actor.userId ?? '00000000-0000-0000-0000-000000000000' });
const filesOf = ({ attachments }: ParsedMail): ParsedMail['attachments'] => attachments.filter(({ contentDisposition }) => contentDisposition === 'attachment');

async function open(call: Call, id: string): Promise<{ readonly row: MailRow; readonly parsed: ParsedMail }> {
  const row = await mine(call).where({ id }).first<MailRow | undefined>('id', 'subject', 'byte_count', 'created_at', 'raw');
  if (!row?.raw) throw notFound('mail', id);
  return { row, parsed: await simpleParser(row.raw) };
}

const present = ({ id, subject, byte_count, created_at: createdAt }: MailRow): Record<string, unknown> => ({ id, subject, byte_count, created_at: createdAt.toISOString() });
