/**
 * A reading for all who want it at the same time. Each is given one that began after they asked: who comes while one runs, which may be older than what they have
 * to claim, shares the one after it, so that at most two of them are on their way however many ask.
 */
export function sharedReading<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  let following: Promise<T> | null = null;
  const begin = (): Promise<T> => {
    const reading = read();
    running = reading;
    const ended = (): void => { if (running === reading) running = null; };
    reading.then(ended, ended);
    return reading;
  };
  return () => {
    if (running === null) return begin();
    following ??= running.then(() => undefined, () => undefined).then(() => {
      following = null;
      return begin();
    });
    return following;
  };
}
