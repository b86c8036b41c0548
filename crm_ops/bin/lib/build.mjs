import fs from 'node:fs';
import path from 'node:path';
import { lastLines, runToEnd } from './child.mjs';
import { NODE_WORKSPACES, ROOT } from './paths.mjs';
import { Cure, progress } from './print.mjs';
import { filesOf, hashOf } from './tree.mjs';

const at = (root, ...parts) => path.join(root, ...parts);

/** What is built: inputs, the file that proves the output is there, the command. */
export const TARGETS = Object.freeze({
  node: {
    label: 'compiling the services (tsc -b)',
    inputs: ['package-lock.json', 'tsconfig.json', 'tsconfig.base.json', ...NODE_WORKSPACES.flatMap((name) => [`${name}/src`, `${name}/package.json`, `${name}/tsconfig.json`])],
    proofs: NODE_WORKSPACES.map((name) => `${name}/dist/index.js`),
    cwd: '.',
    args: ['node_modules/typescript/bin/tsc', '-b'],
    after: pruneOrphans,
  },
  ui: {
    label: 'building the UI (ng build)',
    inputs: ['package-lock.json', 'crm_ui'],
    proofs: ['crm_ui/dist/browser/index.html', 'crm_ui/dist/browser/embed/crm-embed.js', 'crm_ui/embed/dist/index.js'],
    cwd: 'crm_ui',
    args: ['../node_modules/@angular/cli/bin/ng.js', 'build'],
    after: buildEmbed,
  },
});

function stampOf(root, name) {
  return at(root, '.crm_build', `${name}.sha256`);
}

/** True when the output was built from exactly these sources. */
export function isBuilt(name, root = ROOT) {
  const target = TARGETS[name];
  const stamp = stampOf(root, name);
  if (!fs.existsSync(stamp) || !target.proofs.every((proof) => fs.existsSync(at(root, proof)))) return false;
  return fs.readFileSync(stamp, 'utf8') === hashOf(root, target.inputs.map((each) => at(root, each)));
}

/** Builds one target unless it is up to date. @returns true when it built. */
export async function ensureBuilt(name, root = ROOT) {
  const target = TARGETS[name];
  if (isBuilt(name, root)) return false;
  // Hashed before the build: a source edited meanwhile leaves a stale stamp and is built next time.
  const hash = hashOf(root, target.inputs.map((each) => at(root, each)));
  progress(target.label);
  const env = { ...process.env, NG_CLI_ANALYTICS: 'false', NG_BUILD_CACHE: '1' };
  const { code, tail, seconds } = await runToEnd(process.execPath, target.args, { cwd: at(root, target.cwd), env, label: target.label });
  if (code !== 0) throw new Cure(`${target.label} failed with:\n${lastLines(tail, 40)}\nFix the sources and start again.`);
  await target.after?.(root);
  const missing = target.proofs.find((proof) => !fs.existsSync(at(root, proof)));
  if (missing) {
    // tsc trusts its own record of an earlier build; without that record it writes every file again.
    for (const each of NODE_WORKSPACES) fs.rmSync(at(root, each, 'dist', '.tsbuildinfo'), { force: true });
    throw new Cure(`${target.label} left no ${missing}: start again, the next build begins from nothing.`);
  }
  fs.mkdirSync(at(root, '.crm_build'), { recursive: true });
  fs.writeFileSync(stampOf(root, name), hash);
  progress(`${target.label}: done in ${seconds} s`);
  return true;
}

/** Bundles the embeddable report beside the UI that serves it; Angular's builder has emptied that folder. */
export async function buildEmbed(root) {
  const { code, tail } = await runToEnd(process.execPath, ['embed/build.mjs'], { cwd: at(root, 'crm_ui'), label: 'bundling the embeddable report' });
  if (code !== 0) throw new Cure(`Bundling the embeddable report failed with:\n${lastLines(tail, 40)}\nFix the sources in crm_ui/embed and start again.`);
}

/** Removes compiled files whose source is gone: a stale spec would run, a stale migration would be applied. */
export function pruneOrphans(root) {
  for (const name of NODE_WORKSPACES) {
    const dist = at(root, name, 'dist');
    for (const map of filesOf([dist]).filter((file) => file.endsWith('.js.map'))) {
      const stem = map.slice(0, -'.js.map'.length);
      const source = at(root, name, 'src', path.relative(dist, stem));
      if (['.ts', '.tsx', '.mts'].some((ending) => fs.existsSync(source + ending))) continue;
      for (const ending of ['.js', '.js.map', '.d.ts', '.d.ts.map']) fs.rmSync(stem + ending, { force: true });
    }
  }
}
