import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const at = (...parts) => path.join(here, ...parts);
// What Angular's builder writes is emptied first, so that this comes after it.
const served = at('../dist/browser/embed');
const shared = { absWorkingDir: here, bundle: true, minify: true, target: 'es2022', charset: 'utf8', legalComments: 'none', define: { 'process.env.NODE_ENV': '"production"' }, logLevel: 'warning' };

fs.rmSync(at('dist'), { recursive: true, force: true });
const checked = spawnSync(process.execPath, [createRequire(import.meta.url).resolve('typescript/bin/tsc'), '-p', here], { stdio: 'inherit' });
if (checked.status !== 0) process.exit(checked.status ?? 1);
buildSync({ ...shared, entryPoints: ['src/index.ts'], outfile: 'dist/index.js', format: 'esm', external: ['react', 'react/*', 'react-dom', 'react-dom/*'] });
buildSync({ ...shared, entryPoints: ['src/script.tsx'], outfile: 'dist/crm-embed.js', format: 'iife' });
fs.mkdirSync(served, { recursive: true });
fs.copyFileSync(at('dist/crm-embed.js'), path.join(served, 'crm-embed.js'));
