import type { Knex } from 'knex';
import { simpleParser } from 'mailparser';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

const table = 'crm_core.crm_demo_mails';
/** So many mails are kept, the newest. */
const keptMails = 500;
const mostBytes = 40 * 1024 * 1024;

/** A running receiver. */
export interface DemoMailbox {
  /** What a sender connects to. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Receives mail by SMTP on a free loopback port and keeps it for the people of the demo, who have no other mailbox: nothing leaves the machine. */
export async function startDemoMailbox(db: Knex, onError: (error: Error) => void): Promise<DemoMailbox> {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'], logger: false, size: mostBytes, banner: 'CRM demo',
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const addresses = session.envelope.rcptTo.map(({ address }) => address);
        keep(db, Buffer.concat(chunks), addresses).then(() => callback(), (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))));
      });
      stream.on('error', callback);
    },
  });
  server.on('error', onError);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', () => resolve()); });
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => { server.close(() => resolve()); }),
  };
}

async function keep(db: Knex, raw: Buffer, addresses: readonly string[]): Promise<void> {
  const { subject = '' } = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true });
  const users = await db('crm_core.crm_users').whereIn('email', [...addresses]).whereNull('deleted_at').select<{ id: string }[]>('id');
  for (const user of users.length > 0 ? users : [null]) await db(table).insert({ user_id: user?.id ?? null, subject, byte_count: raw.length, raw });
  await db.raw(`DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} ORDER BY id DESC OFFSET ?)`, [keptMails]);
}
