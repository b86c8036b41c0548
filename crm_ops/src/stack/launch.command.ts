import { setInterval } from 'node:timers';
import { readConfig } from '../config.js';
import { messageOf } from './launch.error.js';
import { launch, type LaunchOptions, type Product } from './launch.service.js';
import { DEMO_USERS } from './product.plan.js';

/** npm and the terminal both pass a Ctrl-C on; only one that comes later than this means "at once". */
const SAME_KEYSTROKE_MS = 1000;

/** What the command line wants from the launcher. */
export interface CommandOptions extends Pick<LaunchOptions, 'beforeServices' | 'planner'> {
  readonly print: (line: string) => void;
}

/** Runs the product until a signal or the end of the parent process stops it. Resolves with the exit code. */
export async function runLauncher(options: CommandOptions): Promise<number> {
  const config = readConfig();
  const { print } = options;
  const interrupt = new AbortController();
  let product: Product | undefined;
  let asked = 0;
  let finish: (code: number) => void = () => undefined;
  const finished = new Promise<number>((resolve) => {
    finish = resolve;
  });
  const stop = (why: string): void => {
    const now = Date.now();
    if (asked !== 0) {
      if (now - asked > SAME_KEYSTROKE_MS) {
        print('ending everything at once');
        product?.killAll();
      }
      return;
    }
    asked = now;
    print(`${why}: stopping`);
    interrupt.abort();
    if (product) product.stop().then(() => finish(0), (error: unknown) => {
      print(messageOf(error));
      finish(1);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal === 'SIGINT' ? 'Ctrl-C' : signal));
  // Whoever started us is gone: nobody would stop the product any more.
  process.on('disconnect', () => stop('the parent process ended'));
  if (config.underNpm) watchParent(() => stop('npm ended'));
  // Whatever reads our output may go away; that must not end the product halfway through a stop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  try {
    product = await launch({ ...options, signal: interrupt.signal });
  } catch (error) {
    if (interrupt.signal.aborted) {
      print('stopped; nothing is left running');
      return 0;
    }
    throw error;
  }
  for (const line of welcome(product)) print(line);
  const code = await finished;
  print('stopped; nothing is left running');
  return code;
}

/** The lines a stranger needs: where, as whom, how to stop. */
export function welcome(product: Pick<Product, 'url' | 'demo' | 'demoPassword'>): string[] {
  return [
    `the product runs at ${product.url}`,
    ...(product.demo ? ['sign in with one of these:', ...DEMO_USERS.map((email) => `  ${email.padEnd(18)} ${product.demoPassword}`)] : []),
    'press Ctrl-C to stop',
  ];
}

/** Calls back once when the parent of this process has changed, which happens only when it has ended. */
function watchParent(onGone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, 500);
  timer.unref();
}

