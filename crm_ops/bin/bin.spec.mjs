import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pruneOrphans } from './lib/build.mjs';
import { works } from './lib/chromium.mjs';
import { runToEnd } from './lib/child.mjs';
import { isInstalled } from './lib/install.mjs';
import { ensureKafka, findJava, javaRelease } from './lib/kafka.mjs';
import { exclusively } from './lib/lock.mjs';
import { barrierTo } from './lib/reach.mjs';
import { FLAGS_OFF } from './lib/flags.off.mjs';
import { checkRequirements } from './lib/requirements.mjs';
import { runningSettings } from './lib/settings.mjs';
import { explain, karmaCounts } from './lib/suites.mjs';
import { hashOf } from './lib/tree.mjs';

describe('the commands', () => {
  let root;
  const write = (name, text = '') => {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  };
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'crm_bin_'));
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  it('run specs without optional features that exist', () => {
    for (const [name, specs] of Object.entries(FLAGS_OFF)) {
      for (const spec of specs) expect(fs.existsSync(path.join(import.meta.dirname, '../..', name, 'src', `${spec}.spec.ts`))).withContext(`${name}/${spec}`).toBeTrue();
    }
  });

  describe('requirements', () => {
    const check = (more) => () => checkRequirements({ root, freeMb: () => 10_000, installed: true, ...more });
    it('accept Node 20.19 and newer', () => {
      expect(check({ version: '20.19.0' })).not.toThrow();
      expect(check({ version: '24.1.0' })).not.toThrow();
    });
    it('name the cure for an old Node, a full disk and a missing folder', () => {
      expect(check({ version: '20.18.3' })).toThrowError(/Node 20.18.3 is too old: install Node 20.19/);
      expect(check({ version: '18.20.0' })).toThrowError(/too old/);
      expect(check({ freeMb: () => 900, installed: false })).toThrowError(/Only 900 MB are free .* 3000 MB are needed/);
      expect(check({ freeMb: () => 900 })).not.toThrow();
      expect(check({ root: path.join(root, 'none') })).toThrowError(/not writable \(ENOENT\)/);
    });
  });

  describe('the hash of sources', () => {
    it('follows contents and names, not times', () => {
      const file = write('src/a.ts', 'one');
      const before = hashOf(root, [path.join(root, 'src')]);
      fs.utimesSync(file, new Date(0), new Date(0));
      expect(hashOf(root, [path.join(root, 'src')])).toBe(before);
      write('src/dist/ignored.js', 'x');
      expect(hashOf(root, [path.join(root, 'src')])).toBe(before);
      fs.renameSync(file, path.join(root, 'src', 'b.ts'));
      expect(hashOf(root, [path.join(root, 'src')])).not.toBe(before);
    });
  });

  describe('the stamp of the installation', () => {
    const lock = (version) => JSON.stringify({ packages: { '': {}, crm_api: {}, 'node_modules/a': { version }, 'node_modules/b': { version: '1.0.0', optional: true } } });
    it('is missing at first, and believed only for this lock', () => {
      write('package-lock.json', lock('1.0.0'));
      expect(isInstalled(root)).toBeFalse();
      write('node_modules/.crm_stamp', createHash('sha256').update(lock('1.0.0')).digest('hex'));
      expect(isInstalled(root)).toBeTrue();
      write('package-lock.json', lock('1.0.1'));
      expect(isInstalled(root)).toBeFalse();
    });
    it('is made up for an installation by hand of the same versions', () => {
      write('package-lock.json', lock('1.0.0'));
      write('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }));
      expect(isInstalled(root)).toBeTrue();
      write('package-lock.json', lock('1.0.1'));
      expect(isInstalled(root)).toBeFalse();
    });
  });

  describe('compiled files without a source', () => {
    it('are removed, others stay', () => {
      write('crm_db/src/kept.ts');
      for (const name of ['kept', 'gone']) for (const end of ['.js', '.js.map', '.d.ts']) write(`crm_db/dist/${name}${end}`);
      write('crm_db/dist/copied.js');
      // `dist` is left out of searches below a folder, not when it is the folder itself.
      pruneOrphans(root);
      expect(fs.readdirSync(path.join(root, 'crm_db/dist')).sort()).toEqual(['copied.js', 'kept.d.ts', 'kept.js', 'kept.js.map']);
    });
  });

  describe('a lock', () => {
    it('lets one at a time in', async () => {
      const order = [];
      const work = (name) => exclusively(root, 'build', async () => {
        order.push(`${name} in`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} out`);
      });
      await Promise.all([work('a'), work('b')]);
      expect(order).toEqual(order[0] === 'a in' ? ['a in', 'a out', 'b in', 'b out'] : ['b in', 'b out', 'a in', 'a out']);
    });
    it('of a dead process is taken over', async () => {
      const child = spawn(process.execPath, ['-e', '']);
      await once(child, 'exit');
      write('build.lock', String(child.pid));
      expect(await exclusively(root, 'build', async () => 'in')).toBe('in');
      expect(fs.existsSync(path.join(root, 'build.lock'))).toBeFalse();
    });
  });

  describe('a program run to its end', () => {
    it('gives its code and last words', async () => {
      expect(await runToEnd(process.execPath, ['-e', 'console.log("said"); process.exit(3)'])).toEqual(jasmine.objectContaining({ code: 3, tail: 'said\n' }));
      expect((await runToEnd('no-such-program', [])).code).toBe(127);
    });
    it('is ended when it takes too long', async () => {
      expect((await runToEnd(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { timeoutSeconds: 0.1 })).code).toBe(1);
    });
  });

  describe('a folder that others may not pass', () => {
    it('is found on the way', () => {
      const modes = { '/': 0o755, '/root': 0o700, '/root/crm': 0o755, '/opt': 0o755, '/opt/crm': 0o755 };
      const stat = (place) => (place in modes ? { isDirectory: () => true, mode: modes[place] } : undefined);
      expect(barrierTo('/root/crm', stat)).toBe('/root');
      expect(barrierTo('/opt/crm', stat)).toBeNull();
      expect(barrierTo('/opt/crm/not/yet', stat)).toBeNull();
    });
  });

  describe('settings of the running product', () => {
    it('are those of a living launcher only', async () => {
      expect(runningSettings(root)).toEqual({});
      write('run.json', JSON.stringify({ pid: process.pid, env: { CRM_PORT: '1' } }));
      expect(runningSettings(root)).toEqual({ CRM_PORT: '1' });
      const child = spawn(process.execPath, ['-e', '']);
      await once(child, 'exit');
      write('run.json', JSON.stringify({ pid: child.pid, env: { CRM_PORT: '1' } }));
      expect(runningSettings(root)).toEqual({});
    });
  });

  describe('the counts of Karma', () => {
    it('are read from its last line', () => {
      const output = 'Chrome: Executed 1 of 9 SUCCESS\rChrome: Executed 7 of 9 (2 FAILED) (skipped 2) (1 secs)\n';
      expect(karmaCounts(output)).toEqual({ passed: 5, failed: 2, skipped: 2 });
      expect(karmaCounts('Executed 4 of 4 SUCCESS (0.1 secs / 0.05 secs)')).toEqual({ passed: 4, failed: 0, skipped: 0 });
      expect(karmaCounts('Executed 0 of 0 SUCCESS')).toBeUndefined();
      expect(karmaCounts('Error: no browser')).toBeUndefined();
    });
  });

  describe('a browser', () => {
    it('that does not start is not taken', async () => {
      expect(await works('no-such-browser')).toBeFalse();
      expect(await works('/bin/true')).toBeFalse();
    });
  });

  describe('what Kafka needs', () => {
    const java = (name, said) => {
      fs.chmodSync(write(`${name}/bin/java`, `#!/bin/sh\necho '${said}' >&2\n`), 0o755);
      return path.join(root, name);
    };
    it('is a Java that is new enough', async () => {
      expect(javaRelease('openjdk version "21.0.1" 2023-10-17')).toBe(21);
      expect(javaRelease('java version "1.8.0_401"')).toBe(8);
      expect(javaRelease('command not found')).toBe(0);
      const [old, good] = [java('old', 'openjdk version "11.0.2"'), java('good', 'openjdk version "17.0.15"')];
      expect((await findJava({ JAVA_HOME: old, PATH: `${root}:${good}/bin` }))?.file).toBe(`${good}/bin/java`);
      expect(await findJava({ JAVA_HOME: old, PATH: '' })).toBeUndefined();
    });
    it('is named with the cure where it cannot be installed', async () => {
      const { PATH, JAVA_HOME } = process.env;
      const good = java('good', 'openjdk version "17.0.15"');
      write('crm_ops/kafka/pom.xml', '<project/>');
      try {
        delete process.env.JAVA_HOME;
        process.env.PATH = root; // Without apt-get nothing can be installed, by root neither.
        await expectAsync(ensureKafka(root)).toBeRejectedWithError(/Kafka needs Java 17 or newer, and none was found: .*apt-get install openjdk-17-jre-headless.*JAVA_HOME/);
        process.env.JAVA_HOME = good;
        await expectAsync(ensureKafka(root)).toBeRejectedWithError(/mvn was not found: .*apt-get install maven/);
        // Whatever Maven says, it is tried twice and explained once.
        fs.chmodSync(write('mvn', `#!/bin/sh\necho x >> ${root}/tries\necho 'Unknown host' >&2\nexit 1\n`), 0o755);
        await expectAsync(ensureKafka(root)).toBeRejectedWithError(/could not be resolved: check the network, or name a mirror[^]*Unknown host/);
        expect(fs.readFileSync(path.join(root, 'tries'), 'utf8')).toBe('x\nx\n');
        expect(fs.existsSync(path.join(root, 'crm_ops/kafka/target/lib'))).toBeFalse();
      } finally {
        process.env.PATH = PATH;
        if (JAVA_HOME !== undefined) process.env.JAVA_HOME = JAVA_HOME;
        else delete process.env.JAVA_HOME;
      }
    });
    it('are jars of a folder that is named, where Maven cannot be used', async () => {
      const { PATH, JAVA_HOME, CRM_KAFKA_JARS } = process.env;
      write('crm_ops/kafka/pom.xml', '<project/>');
      try {
        process.env.JAVA_HOME = java('good', 'openjdk version "17.0.15"');
        process.env.PATH = root; // No Maven, and none can be installed.
        process.env.CRM_KAFKA_JARS = 'own/jars';
        for (const name of ['kafka_2.13-4.3.1.jar', 'connect-runtime-4.3.1.jar']) write(`own/jars/${name}`, '');
        await expectAsync(ensureKafka(root)).toBeRejectedWithError(/CRM_KAFKA_JARS names .*own\/jars, where debezium-connector-postgres-\*\.jar is not: put there all jars/);
        write('own/jars/debezium-connector-postgres-3.7.0.jar', '');
        await expectAsync(ensureKafka(root)).toBeResolved();
      } finally {
        process.env.PATH = PATH;
        for (const [name, value] of Object.entries({ JAVA_HOME, CRM_KAFKA_JARS })) {
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
        }
      }
    });
  });

  describe('the explanation of a failed suite', () => {
    it('shows the failures, or else the end of the output', () => {
      expect(explain('noise\nFAILED: a\n    because\nnoise\n')).toBe('FAILED: a\n    because');
      expect(explain('one\ntwo\n')).toBe('    one\n    two');
    });
  });
});
