import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What decides where webhooks may go: part of `ApiConfig`. */
export interface TargetPolicy {
  readonly profile: 'demo' | 'production';
  readonly webhookAllowLoopback: boolean;
}

/** How names become addresses; every address of the name, as the connection would use them. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

/** A target whose addresses were checked; connect to these and to no others. */
export interface Target {
  readonly url: URL;
  readonly addresses: readonly LookupAddress[];
}

/** Why a target is refused or cannot be used: a stable code and a sentence with the cure. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  constructor(readonly code: 'invalid_url' | 'https_required' | 'forbidden_address' | 'unknown_host', message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

// A name server that is slow to answer must not hold a request or a place in the worker.
const lookupMs = 5_000;

// Azure's platform service: public by its form, yet reached from inside every machine there and from nowhere else.
const platformService = '168.63.129.16';

// All that is assigned to the public network (RFC 4291); the library calls what nobody has described unicast as well.
const globalV6 = ipaddr.IPv6.parseCIDR('2000::/3');

const systemResolver: Lookup = (hostname) => systemLookup(hostname, { all: true, verbatim: true });

/** Why an address may not be connected to, in one word of its range; null where it is a public one. */
export function addressProblem(text: string, allowLoopback: boolean): string | null {
  // Zones name interfaces of this machine.
  if (isIP(text) === 0 || text.includes('%')) return 'invalid';
  const address = ipaddr.parse(text);
  const range = address.range();
  if (range === 'loopback') return allowLoopback ? null : range;
  // Everything that is not plainly public is refused, ranges that are invented later among it; so are forms that carry another address inside.
  if (range !== 'unicast') return range;
  if (address instanceof ipaddr.IPv6 && !address.match(globalV6)) return 'reserved';
  if (address.toString() === platformService) return 'reserved';
  return null;
}

/**
 * The address of an endpoint as it may be stored, checked in form only.
 * @throws TargetError
 */
export function parseTarget(text: string, policy: TargetPolicy): URL {
  if (!URL.canParse(text)) throw new TargetError('invalid_url', 'The address is not a URL; use one such as https://hooks.example.com/crm.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TargetError('invalid_url', 'The address must begin with https://.');
  if (url.username !== '' || url.password !== '') throw new TargetError('invalid_url', 'The address must not hold a user or password; the signature tells your endpoint who calls.');
  if (url.hash !== '') throw new TargetError('invalid_url', 'The address must not have a fragment (#…); it would never be sent.');
  if (url.protocol === 'http:' && policy.profile !== 'demo' && !(policy.webhookAllowLoopback && isLoopback(hostOf(url)))) {
    throw new TargetError('https_required', 'The address must begin with https://; payloads are not sent in the clear.');
  }
  return url;
}

/**
 * Checks a target and finds the addresses to connect to. One forbidden address among several refuses the whole: which of them a connection takes is not
 * for us to choose. Called for every delivery, so that a name which points elsewhere since its registration is refused as well.
 * @throws TargetError
 */
export async function resolveTarget(text: string, policy: TargetPolicy, lookup: Lookup = systemResolver): Promise<Target> {
  const url = parseTarget(text, policy);
  const host = hostOf(url);
  const addresses = isIP(host) === 0 ? await resolve(host, lookup) : [{ address: host, family: isIP(host) }];
  for (const { address } of addresses) {
    const problem = addressProblem(address, policy.webhookAllowLoopback);
    if (problem === null) continue;
    // Without the address itself: names inside the company are nobody's business outside.
    throw new TargetError('forbidden_address', `The host ${host} leads to an address that is not public (${problem}). Use an endpoint that is reachable from the Internet.`);
  }
  return { url, addresses };
}

async function resolve(host: string, lookup: Lookup): Promise<readonly LookupAddress[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => { timer = setTimeout(() => { reject(new Error(`no answer within ${lookupMs} ms`)); }, lookupMs); });
  try {
    const found = await Promise.race([lookup(host), late]);
    if (found.length === 0) throw new Error('no address');
    return found;
  } catch (cause) {
    throw new TargetError('unknown_host', `The host ${host} cannot be found. Check its name and its DNS records.`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

const isLoopback = (host: string): boolean => isIP(host) !== 0 && ipaddr.parse(host).range() === 'loopback';
