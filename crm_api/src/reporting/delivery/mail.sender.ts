import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import type { ReportFile } from './report.files.js';
import type { MailBody } from './report.mail.js';

/** A mail to one person. */
export interface Mail {
  readonly to: { readonly name: string; readonly address: string };
  /** The same for every attempt, so that a receiver can tell a repetition. */
  readonly messageId: string;
  readonly locale: string;
  readonly body: MailBody;
  readonly files: readonly ReportFile[];
}

/** What came of an attempt: only `later` may be tried again. `uncertain` means that the server had the mail and the connection ended before it answered. */
export type SendOutcome = { readonly outcome: 'sent' } | { readonly outcome: 'later' | 'refused' | 'uncertain'; readonly reason: string };

/** Hands mails over to an SMTP server. */
export interface MailSender {
  send(mail: Mail): Promise<SendOutcome>;
}

const timeouts = { connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 60_000 };

/** Sends over SMTP (RFC 5321) to the server of a URL such as `smtps://user:password@mail.example.com:465`; `from` is the address of the sender. */
export class SmtpSender implements MailSender {
  constructor(private readonly url: string, private readonly from: string) {}

  async send(mail: Mail): Promise<SendOutcome> {
    const content = await this.compose(mail);
    let handedOver = false;
    // The server asks for the content only after it has taken the addresses: from then on it may have the mail, whatever becomes of the connection.
    const message = new Readable({ read() { handedOver = true; this.push(content); this.push(null); } });
    const { auth, ...options } = parseConnectionUrl(this.url);
    const connection = new SMTPConnection({ ...options, ...timeouts });
    try {
      await new Promise<void>((resolve, reject) => {
        connection.once('error', reject);
        connection.connect(() => {
          const handOver = (): void => { connection.send({ from: this.from, to: [mail.to.address] }, message, (error) => { if (error) reject(error); else resolve(); }); };
          if (auth) connection.login(auth, (error) => { if (error) reject(error); else handOver(); });
          else handOver();
        });
      });
      return { outcome: 'sent' };
    } catch (error) {
      return outcomeOf(error, handedOver);
    } finally {
      connection.removeAllListeners('error');
      connection.on('error', () => undefined);
      connection.close();
    }
  }

  private compose({ to, messageId, locale, body, files }: Mail): Promise<Buffer> {
    const composer = new MailComposer({
      from: this.from, to, messageId: `<${messageId}>`, subject: body.subject, text: body.text, html: body.html, headers: { 'Content-Language': locale, 'Auto-Submitted': 'auto-generated' },
      attachments: [
        ...body.pictures.map(({ cid, name, content }) => ({ cid, filename: name, content, contentType: 'image/png', contentDisposition: 'inline' as const })),
        ...files.map(({ name, type, content }) => ({ filename: name, content, contentType: type })),
      ],
      // Everything is given here: a mail never reads a file or an address.
      disableFileAccess: true, disableUrlAccess: true,
    });
    return composer.compile().build();
  }
}

function outcomeOf(error: unknown, handedOver: boolean): SendOutcome {
  const { responseCode, message = 'unknown' } = error as { readonly responseCode?: number; readonly message?: string };
  const reason = message.slice(0, 300);
  // An answer of the server is a plain no: 5xx for good, 4xx for now (RFC 5321, 4.2.1).
  if (responseCode !== undefined) return { outcome: responseCode >= 500 ? 'refused' : 'later', reason };
  return { outcome: handedOver ? 'uncertain' : 'later', reason };
}
