import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ProblemError } from '../../nodes/problem.ts';
import { createSessionStore } from '../library/sessions.ts';
import { temporaryFolder } from '../library/temporary-folder.fixture.ts';
import { Database } from './database.ts';

const tab = { id: 'a', title: 'A', file: null, text: 'x'.repeat(20_000), unsaved: true };

function open(path: string): Database {
  const database = new Database(path);
  onTestFinished(() => database.close());
  return database;
}

function problemOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a damaged database', () => {
  it.each([
    ['is no database', (path: string) => writeFileSync(path, 'not a database'.repeat(1000))],
    ['was cut', (path: string) => truncateSync(path, 5000)],
    [
      'has wrong pages',
      (path: string) => {
        const bytes = readFileSync(path);
        writeFileSync(path, bytes.fill(0xee, 4096));
      },
    ],
  ])('that %s is put aside, told of, and the new one works', (_, damage) => {
    const path = join(temporaryFolder(), 'weft.sqlite');
    const before = new Database(path);
    createSessionStore(before).keep(tab);
    before.close();
    damage(path);

    const database = open(path);
    const session = createSessionStore(database);
    session.keep(tab);
    expect(session.read().tabs).toEqual([tab]);
    expect(database.notices).toMatchObject([
      { what: expect.stringContaining('damaged'), fix: expect.stringContaining(`${path}.damaged-`) },
    ]);
    expect(readdirSync(join(path, '..')).filter((name) => name.includes('.damaged-'))).not.toEqual([]);
  });

  it('that proves to be so in the middle of the work is replaced there', () => {
    const path = join(temporaryFolder(), 'weft.sqlite');
    const before = new Database(path);
    for (let index = 0; index < 50; index++) createSessionStore(before).keep({ ...tab, id: String(index) });
    before.close();
    const bytes = readFileSync(path);
    // The pages at the end hold the tabs; the schema is at the beginning.
    writeFileSync(path, bytes.fill(0xee, bytes.length / 2));

    const database = open(path);
    const session = createSessionStore(database);
    for (let index = 0; index < 50; index++) session.keep({ ...tab, id: String(index), text: 'new' });
    expect(session.read().tabs.every(({ text }) => text === 'new')).toBe(true);
    expect(database.notices).toHaveLength(1);
  });
});

describe('a database that cannot be used', () => {
  it('since another Weft has it, says so', () => {
    const path = join(temporaryFolder(), 'weft.sqlite');
    open(path);
    expect(problemOf(() => new Database(path)).what).toContain('open already');
  });

  it('since a newer Weft has written it, says so, and is left as it is', () => {
    const path = join(temporaryFolder(), 'weft.sqlite');
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(problemOf(() => new Database(path)).what).toContain('newer Weft');
    expect(readdirSync(join(path, '..'))).toEqual(['weft.sqlite']);
  });

  it('since its folder is not there, says so', () => {
    expect(problemOf(() => new Database(join(temporaryFolder(), 'none', 'weft.sqlite'))).what).toContain('cannot be kept');
  });
});
