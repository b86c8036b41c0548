import type { Request } from '@hapi/hapi';
import { isIP } from 'node:net';
import { behindProxy, type ApiConfig } from '../../config.js';

/**
 * The network address of the caller; null where it is unknown. Behind a TLS proxy (the issuer is https and the API speaks no TLS itself) everybody arrives from the proxy: then it is the last
 * hop of X-Forwarded-For, the only one that the proxy itself wrote. What stands before it, and the whole header without a proxy, is the caller's own word.
 */
export function addressOf({ headers, info }: Pick<Request, 'headers' | 'info'>, config: Pick<ApiConfig, 'issuer' | 'tls'>): string | null {
  const forwarded: unknown = behindProxy(config) ? headers['x-forwarded-for'] : undefined;
  const last = typeof forwarded === 'string' ? bare(forwarded.split(',').at(-1) ?? '') : '';
  return (isIP(last) === 0 ? info.remoteAddress : last) || null;
}

/** Some proxies add the port. */
const bare = (hop: string): string => hop.trim().replace(/^\[([^\]]*)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
