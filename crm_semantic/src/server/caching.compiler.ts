import { createRequire } from 'node:module';
import type { CompilerApi as CubeCompilerApi } from '@cubejs-backend/server-core';
import { CubejsHandlerError } from './access.context.js';
import { membersOf } from './member.guard.js';

const { CompilerApi } = createRequire(import.meta.url)('@cubejs-backend/server-core') as { CompilerApi: typeof CubeCompilerApi };

type SqlOptions = Parameters<CubeCompilerApi['getSql']>[1];

/**
 * Cube's compiler, whose cache of generated SQL also serves the row policies: Cube puts the id of the request into that
 * key, so that it would write the same SQL anew for every request (about half of the time of a cached load).
 */
export class CachingCompiler extends CompilerApi {
  override async getSql(query: Parameters<CubeCompilerApi['getSql']>[0], options: SqlOptions = {}): ReturnType<CubeCompilerApi['getSql']> {
    const { requestId: _requestId, ...same } = options as { requestId?: string };
    return super.getSql(query, same);
  }

  /** Applies the row policies; a query on what the person has no scope for is a 403 that names it, not an empty answer. */
  override async applyRowLevelSecurity(...args: Parameters<CubeCompilerApi['applyRowLevelSecurity']>): ReturnType<CubeCompilerApi['applyRowLevelSecurity']> {
    const result = await super.applyRowLevelSecurity(...args);
    if (result.denied) {
      const views = [...new Set(membersOf(args[0]).map((member) => member.split('.')[0]))];
      throw new CubejsHandlerError(403, 'Forbidden', `You have no access to ${views.join(', ')}: ask an administrator for it`);
    }
    return result;
  }
}
