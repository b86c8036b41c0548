import fs from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../testing/programs.testing.js';
import { cureOf } from './part.cures.js';
import { PartLog } from './part.log.js';

describe('the log of a part', () => {
  let folder: string;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('moves a full file aside and keeps two older ones', () => {
    const file = path.join(folder, 'a.log');
    const log = new PartLog(file, 10);
    for (const word of ['first----\n', 'second---\n', 'third----\n', 'fourth---\n']) log.write(word);
    log.close();
    expect(fs.readFileSync(file, 'utf8')).toBe('fourth---\n');
    expect(fs.readFileSync(`${file}.1`, 'utf8')).toBe('third----\n');
    expect(fs.readFileSync(`${file}.2`, 'utf8')).toBe('second---\n');
    expect(fs.existsSync(`${file}.3`)).toBeFalse();
  });

  it('has the last lines at hand, also an unfinished one', () => {
    const log = new PartLog(path.join(folder, 'a.log'));
    log.write('one\ntwo\nth');
    log.write(Buffer.from('ree\n\nfour'));
    expect(log.tail(3)).toEqual(['two', 'three', 'four']);
    log.close();
  });

  it('goes on in the file of the last run', () => {
    const file = path.join(folder, 'a.log');
    for (const word of ['one\n', 'two\n']) {
      const log = new PartLog(file);
      log.write(word);
      log.close();
    }
    expect(fs.readFileSync(file, 'utf8')).toBe('one\ntwo\n');
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('the cure for a crash', () => {
  it('is known for a full disk and unknown for nonsense', () => {
    expect(cureOf(['Error: write ENOSPC'])).toContain('disk is full');
    expect(cureOf(['FATAL: could not write: No space left on device'])).toContain('disk is full');
    expect(cureOf(['nothing to see'])).toBeUndefined();
  });
});
