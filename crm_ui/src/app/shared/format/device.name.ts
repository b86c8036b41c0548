const browsers: readonly (readonly [RegExp, string])[] = [[/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/Firefox\//, 'Firefox'], [/Chrome\//, 'Chrome'], [/Safari\//, 'Safari'], [/^curl\//, 'curl'], [/^node|undici/, 'Node.js']];
const systems: readonly (readonly [RegExp, string])[] = [[/Windows/, 'Windows'], [/iPhone|iPad/, 'iOS'], [/Android/, 'Android'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux']];

/** A device as people call it, from its User-Agent: "Firefox · Linux"; null where it tells nothing. */
export function deviceName(agent: string | null): string | null {
  if (!agent) return null;
  const found = [browsers, systems].map((list) => list.find(([pattern]) => pattern.test(agent))?.[1]).filter((name) => name !== undefined);
  return found.length > 0 ? found.join(' · ') : agent.slice(0, 60);
}
