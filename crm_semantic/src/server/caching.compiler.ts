import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { CompilerApi as CubeCompilerApi } from '@cubejs-backend/server-core';
import { CubejsHandlerError, parseClaims } from './access.context.js';
import type { LiveModel } from './live.model.js';
import { hiddenMembers, membersOf } from './member.guard.js';

const { CompilerApi } = createRequire(import.meta.url)('@cubejs-backend/server-core') as { CompilerApi: typeof CubeCompilerApi };

type SqlOptions = Parameters<CubeCompilerApi['getSql']>[1];

/**
 * Cube's compiler, whose cache of generated SQL also serves the row policies: Cube puts the id of the request into that
 * key, so that it would write the same SQL anew for every request (about half of the time of a cached load).
 */
export class CachingCompiler extends CompilerApi {
  constructor(private readonly model: LiveModel, ...args: ConstructorParameters<typeof CubeCompilerApi>) {
    super(...args);
  }

  override async getSql(query: Parameters<CubeCompilerApi['getSql']>[0], options: SqlOptions = {}): ReturnType<CubeCompilerApi['getSql']> {
    const { requestId: _requestId, ...same } = options as { requestId?: string };
    return super.getSql(query, same);
  }

  /** Applies the row policies; a query on what the person has no scope for is a 403 that names it, not an empty answer. */
  override async applyRowLevelSecurity(...args: Parameters<CubeCompilerApi['applyRowLevelSecurity']>): ReturnType<CubeCompilerApi['applyRowLevelSecurity']> {
    // Before the row filters, which may compare what the person is not shown.
    const hidden = await this.hidden(args[2]);
    const refused = [...new Set(membersOf(args[0]).map((member) => member.split('.').slice(0, 2).join('.')))].filter((member) => hidden.has(member));
    if (refused.length > 0) throw new CubejsHandlerError(403, 'Forbidden', `Your role does not show ${refused.join(', ')}: leave it out or ask an administrator to show it`);
    const result = await super.applyRowLevelSecurity(...args);
    if (result.denied) {
      const views = [...new Set(membersOf(args[0]).map((member) => member.split('.')[0]))];
      throw new CubejsHandlerError(403, 'Forbidden', `You have no access to ${views.join(', ')}: ask an administrator for it`);
    }
    return result;
  }

  /** Meta without the members that tell of hidden fields, and without the helpers, which nobody looks for; the mask goes into the id by which clients cache it. */
  override async patchVisibilityByAccessPolicy(...args: Parameters<CubeCompilerApi['patchVisibilityByAccessPolicy']>): ReturnType<CubeCompilerApi['patchVisibilityByAccessPolicy']> {
    const result = await super.patchVisibilityByAccessPolicy(...args);
    const [hidden, { helpers }] = [await this.hidden(args[1]), await this.model.current()];
    const patch = <T extends { name: string }>(item: T): T => (hidden.has(item.name) || helpers.has(item.name) ? { ...item, isVisible: false, public: false } : item);
    const cubes = result.cubes.map((cube: (typeof result.cubes)[number]) => ({
      ...cube, config: { ...cube.config, measures: cube.config.measures.map(patch), dimensions: cube.config.dimensions.map(patch) },
    })) as typeof result.cubes;
    if (hidden.size === 0) return { ...result, cubes };
    return { cubes, visibilityMaskHash: createHash('sha256').update(`${result.visibilityMaskHash ?? ''}${[...hidden].sort().join()}`).digest('hex') };
  }

  private async hidden(context: unknown): Promise<ReadonlySet<string>> {
    const { lineage } = await this.model.current();
    return hiddenMembers(parseClaims((context as { securityContext?: unknown } | undefined)?.securityContext).hidden, lineage);
  }
}
