import { createRequire } from 'node:module';
import { finalQueryResult, finalQueryResultMulti } from './answer.builder.js';

/** The exports of `@cubejs-backend/native` that a REST load needs; Cube looks them up at call time. */
interface NativeModule {
  loadNative(): unknown;
  setupLogger(...args: readonly unknown[]): void;
  getFinalQueryResult: unknown;
  getFinalQueryResultMulti: unknown;
  NativeInstance: { prototype: { newJinjaEngine: unknown } };
}

/**
 * Puts TypeScript in the place of Cube's native add-on where that is missing (it is a download outside the package
 * registry), and says whether it did. With the add-on present nothing is touched.
 */
export function installNativeStandIn(native: NativeModule = createRequire(import.meta.url)('@cubejs-backend/native') as NativeModule): boolean {
  try {
    native.loadNative();
    return false;
  } catch {
    native.setupLogger = () => undefined;
    native.getFinalQueryResult = (...args: Parameters<typeof finalQueryResult>) => Promise.resolve().then(() => finalQueryResult(...args));
    native.getFinalQueryResultMulti = (...args: Parameters<typeof finalQueryResultMulti>) =>
      Promise.resolve().then(() => finalQueryResultMulti(...args));
    // The models are JavaScript: the template engine is made at compile time but never asked to render.
    native.NativeInstance.prototype.newJinjaEngine = () => ({
      renderTemplate: () => Promise.reject(new Error('Jinja templates need the native add-on; write models as JavaScript')),
    });
    return true;
  }
}
