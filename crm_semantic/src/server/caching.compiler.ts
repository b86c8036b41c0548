import { createRequire } from 'node:module';
import type { CompilerApi as CubeCompilerApi } from '@cubejs-backend/server-core';

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
}
