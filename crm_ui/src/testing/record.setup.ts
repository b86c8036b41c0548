import { TestBed } from '@angular/core/testing';
import { TokenStore } from '@core/auth/token.store';
import { Language } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { backend, settle, testProviders, useLanguage } from './setup';

/** What the test back end answers, by path without `/crm/v1/` and without parameters; `POST deals/1/stage` for anything but reading. */
export type Answers = Record<string, unknown>;

const ALL = { read: 'all', write: 'all', delete: 'all' };
/** Someone who may do everything to records. */
export const EDITOR = { deals: ALL, accounts: ALL, contacts: ALL, activities: ALL, pipelines: { read: 'all' }, users: { read: 'all' }, products: { read: 'all' } };

/** Prepares a signed-in person of a language for the page of a record; `features` that are not named count as on. */
export async function signedIn(language: Language, permissions: Record<string, Record<string, string>> = EDITOR, features: Readonly<Record<string, boolean>> = {}): Promise<void> {
  localStorage.clear();
  TestBed.configureTestingModule({ providers: testProviders() });
  TestBed.inject(TokenStore).keep({ access_token: 't', token_type: 'Bearer', expires_in: 900 });
  await useLanguage(language);
  const loaded = TestBed.inject(SessionService).load();
  await settle();
  backend().expectOne('/crm/v1/me').flush({ id: 'u1', name: 'Me', email: 'm@x', roles: [], locale: language, team: null, permissions, features, currency: 'USD' });
  await loaded;
}

/** Answers every open request, also those that follow from answers; a path without an answer is an empty list. Returns what was asked. */
export async function answerAll(answers: Answers): Promise<string[]> {
  const asked: string[] = [];
  for (let turn = 0; turn < 12; turn += 1) {
    await settle();
    for (const request of backend().match(() => true)) {
      const { method, url, urlWithParams, body } = request.request;
      const path = url.replace('/crm/v1/', '');
      asked.push(`${method} ${decodeURIComponent(urlWithParams.replace('/crm/v1/', ''))}${body ? ` ${JSON.stringify(body)}` : ''}`);
      const answer = answers[method === 'GET' ? path : `${method} ${path}`] ?? { items: [], next_cursor: null, total: 0 };
      if (answer instanceof Error) request.flush({ code: 'conflict', title: 'No', detail: answer.message }, { status: 409, statusText: 'Conflict' });
      else request.flush(answer as object);
    }
  }
  return asked;
}
