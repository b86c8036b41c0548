import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { isAlive, temporaryFolder, until } from '../testing/programs.testing.js';
import { prepareFolder } from './folder.check.js';
import { readJson, writeJson } from './json.file.js';
import { FolderLock } from './lock.file.js';
import { bootId, identityOf } from './process.identity.js';
import { loadSecrets } from './secrets.file.js';

describe('the data folder', () => {
  let folder: string;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('is made with its logs', () => {
    const dataDir = path.join(folder, 'a', 'b');
    prepareFolder(dataDir, 'small');
    expect(fs.existsSync(path.join(dataDir, 'logs'))).toBeTrue();
    expect(fs.statSync(dataDir).mode & 0o777).toBe(0o755);
  });

  it('that is a file, or on a full disk, is refused with the cure', () => {
    const file = path.join(folder, 'file');
    fs.writeFileSync(file, '');
    expect(() => prepareFolder(file, 'small')).toThrowError(/is a file: delete it or choose another folder with CRM_DATA_DIR/);
    expect(() => prepareFolder(path.join(file, 'below'), 'small')).toThrowError(/cannot be written \(ENOTDIR\).*CRM_DATA_DIR/);
    expect(() => prepareFolder(folder, 'full', () => 1000)).toThrowError(/Only 1000 MB are free .* 25000 MB are needed/);
    expect(() => prepareFolder(folder, 'none', () => 1000)).not.toThrow();
  });

  it('gets random secrets once, readable by the owner only', () => {
    const secrets = loadSecrets(folder);
    expect(loadSecrets(folder)).toEqual(secrets);
    expect(new Set(Object.values(secrets)).size).toBe(6);
    expect(secrets.cube.length).toBe(32);
    expect(fs.statSync(path.join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('whose secrets are damaged or gone is refused with the cure', () => {
    const file = path.join(folder, 'secrets.json');
    fs.writeFileSync(file, '{"pg_own');
    expect(() => loadSecrets(folder)).toThrowError(/is damaged \(secrets.json cannot be read\): .* delete the folder to begin anew/);
    fs.writeFileSync(file, '{}');
    expect(() => loadSecrets(folder)).toThrowError(/has no pg_superuser/);
    fs.rmSync(file);
    fs.mkdirSync(path.join(folder, 'postgres'));
    expect(() => loadSecrets(folder)).toThrowError(/secrets.json is missing/);
  });

  it('keeps JSON whole', () => {
    const file = path.join(folder, 'a.json');
    expect(readJson(file)).toBeNull();
    writeJson(file, { a: 1 });
    expect(readJson(file)).toEqual({ a: 1 });
    fs.writeFileSync(file, '[1]');
    expect(readJson(file)).toBe('damaged');
    expect(fs.readdirSync(folder)).toEqual(['a.json']);
  });
});

describe('the claim on a data folder', () => {
  let folder: string;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('is refused while another launcher lives and free after it', async () => {
    const lock = await FolderLock.claim(folder);
    await expectAsync(FolderLock.claim(folder)).toBeRejectedWithError(new RegExp(`already runs on .* \\(process ${process.pid}\\)`));
    lock.release();
    (await FolderLock.claim(folder)).release();
  });

  it('of two at the same time is given to one', async () => {
    const results = await Promise.allSettled([FolderLock.claim(folder), FolderLock.claim(folder)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is taken over from a dead launcher, also when its number was given to another process', async () => {
    const stale = { pid: process.pid, identity: 'an earlier process', boot: bootId(), parts: [] };
    fs.writeFileSync(path.join(folder, 'launcher.json'), JSON.stringify(stale));
    (await FolderLock.claim(folder)).release();
  });

  it('taken over ends what the dead launcher left in the group of a part', async () => {
    // The leader dies at once, its child stays: what a part and its database look like after both were killed.
    const script = `const c = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      console.log(c.pid); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50)`;
    const leader = spawn(process.execPath, ['-e', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    const [said] = (await once(leader.stdout, 'data')) as [Buffer];
    const child = Number(said.toString());
    await once(leader, 'exit');
    expect(isAlive(child)).toBeTrue();
    const stale = { pid: leader.pid, identity: 'gone', boot: bootId(), parts: [{ name: 'postgres', pid: leader.pid, identity: 'gone' }] };
    fs.writeFileSync(path.join(folder, 'launcher.json'), JSON.stringify(stale));
    (await FolderLock.claim(folder)).release();
    await until(() => !isAlive(child));
  });
});

describe('the identity of a process', () => {
  it('stays the same, differs from another and ends with it', async () => {
    expect(identityOf(process.pid)).toBe(identityOf(process.pid));
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    expect(identityOf(other.pid ?? 0)).not.toBeNull();
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(identityOf(other.pid ?? 0)).toBeNull();
  });
});
