import { logLevel, type logCreator } from 'kafkajs';

/**
 * The client's log in ours: errors and warnings in one line each, and the same line again only after a while, with how often it was
 * repeated: a broker that is away makes it say the same thing many times a second.
 */
export function createKafkaLog(log: (message: string) => void, everyMs = 30_000): logCreator {
  const said = new Map<string, { at: number; repeated: number }>();
  return () => ({ namespace, level, log: entry }) => {
    if (level > logLevel.WARN || level === logLevel.NOTHING) return;
    const error = typeof entry['error'] === 'string' ? `: ${entry['error']}` : '';
    const text = `kafka ${(namespace as string | undefined ?? 'client').toLowerCase()}: ${entry.message}${error}`.replace(/\s+/g, ' ').slice(0, 300);
    const key = text.replace(/\d+/g, '#');
    const before = said.get(key);
    const now = Date.now();
    if (before && now - before.at < everyMs) {
      before.repeated++;
      return;
    }
    if (said.size > 200) said.clear();
    said.set(key, { at: now, repeated: 0 });
    log(before && before.repeated > 0 ? `${text} (and ${before.repeated} times before)` : text);
  };
}
