import Joi from 'joi';
import { narrowScopes } from '../../kernel/auth/token.scopes.js';
import { field } from '../../kernel/crud/fields.js';
import { inputSchema } from '../../kernel/crud/values.js';

// OAuth 2.1, 2.3.1: https, or plain http to the own machine for native programs; never with a fragment.
const redirect = Joi.string().max(2048).pattern(/^(https:\/\/[^\s#]+|http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?(\/[^\s#]*)?)$/)
  .messages({ 'string.pattern.base': '{{#label}} must be an https:// address, or http://127.0.0.1 for a program on the own machine, without "#".' });

const inputs = {
  name: inputSchema(field.text('What people call it.', { required: true, max: 100 })),
  role: Joi.string().max(100).description('Key of the role it has.'),
  user_id: Joi.string().guid().lowercase().allow(null).description('The user whose records count as its own; null: it owns nothing.'),
  scopes: Joi.array().items(Joi.string().valid(...narrowScopes)).min(1).unique().allow(null).description('crm:<resource>:<action> that it may ask for; null: all that the role allows.'),
  redirect_uris: Joi.array().items(redirect).unique().max(20).description('Where codes are sent when people sign in through it; empty: it acts for itself only.'),
};

/** A new client. */
export const clientCreate = Joi.object({
  client_id: Joi.string().pattern(/^[a-z][a-z0-9_-]{2,59}$/).invalid('crm_ui').description('Its public name; made where none is given. It never changes.'),
  ...inputs, name: inputs.name.required(), role: inputs.role.required(), user_id: inputs.user_id.default(null), scopes: inputs.scopes.default(null), redirect_uris: inputs.redirect_uris.default([]),
}).required().label('ApiClientCreate');

/** The parts of a client to change. */
export const clientPatch = Joi.object({ ...inputs, is_active: Joi.boolean().description('False: it is given no token and its tokens count for nothing.') }).min(1).required().label('ApiClientPatch');

const members = {
  id: Joi.string().guid().required(), client_id: Joi.string().required(), name: Joi.string().required(),
  role: Joi.object({ key: Joi.string().required(), name: Joi.string().required(), name_ar: Joi.string().required() }).required(),
  user: Joi.object({ id: Joi.string().guid().required(), name: Joi.string().required(), name_ar: Joi.string().allow(null).required() }).allow(null).required(),
  scopes: Joi.array().items(Joi.string()).allow(null).required(), redirect_uris: Joi.array().items(Joi.string()).required(), is_active: Joi.boolean().required(),
  last_used_at: Joi.string().isoDate().allow(null).required().description('The last time its secret was right.'),
  created_at: Joi.string().isoDate().required(), updated_at: Joi.string().isoDate().required(),
};

/** A client as answered. */
export const clientItem = Joi.object(members).label('ApiClient');

/** A client with its secret, which is shown this once. */
export const clientWithSecret = Joi.object({ ...members, client_secret: Joi.string().required().description('Shown only now; only its hash is kept.') }).label('ApiClientSecret');

/** All clients. */
export const clientPage = Joi.object({ items: Joi.array().items(clientItem).required(), next_cursor: Joi.valid(null).required() }).label('ApiClientPage');
