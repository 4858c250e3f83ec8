import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../library/temporary-folder.fixture.ts';
import { findDesktop } from './desktop.ts';
import { browserCommand } from './open-browser.ts';

describe('findDesktop', () => {
  const withBinary = () => temporaryFolder({ 'path.txt': 'electron', 'dist/electron': '' });
  const linux = { platform: 'linux', env: { DISPLAY: ':0' }, isRoot: false } as const;

  it('finds the downloaded program', () => {
    const electronPackage = withBinary();
    expect(findDesktop({ ...linux, electronPackage })).toEqual({ binary: join(electronPackage, 'dist/electron') });
  });

  it('finds a program that lies elsewhere', () => {
    const dist = temporaryFolder({ electron: '' });
    const env = { WAYLAND_DISPLAY: 'wayland-0', ELECTRON_OVERRIDE_DIST_PATH: dist };
    expect(findDesktop({ ...linux, env, electronPackage: temporaryFolder() })).toEqual({ binary: join(dist, 'electron') });
  });

  it('says what is missing', () => {
    const notInstalled = { why: expect.stringContaining('not installed') };
    expect(findDesktop({ ...linux, electronPackage: undefined })).toEqual(notInstalled);
    expect(findDesktop({ ...linux, electronPackage: temporaryFolder({ 'path.txt': 'electron' }) })).toEqual(notInstalled);
    expect(findDesktop({ ...linux, env: {}, electronPackage: withBinary() })).toEqual({ why: expect.stringContaining('display') });
    expect(findDesktop({ ...linux, isRoot: true, electronPackage: withBinary() })).toEqual({ why: expect.stringContaining('root') });
  });

  it('needs no variable for the display of other systems', () => {
    expect(findDesktop({ platform: 'darwin', env: {}, isRoot: false, electronPackage: withBinary() })).toHaveProperty('binary');
  });
});

describe('browserCommand', () => {
  const address = 'http://127.0.0.1:1/open?token=a';

  it.each([
    ['linux', { DISPLAY: ':0' }, 'xdg-open'],
    ['darwin', {}, 'open'],
    ['win32', {}, 'rundll32'],
  ] as const)('opens the browser on %s', (platform, env, program) => {
    const command = browserCommand(address, { platform, env });
    expect(command?.[0]).toBe(program);
    expect(command?.at(-1)).toBe(address);
  });

  it('opens none where nobody would see it', () => {
    expect(browserCommand(address, { platform: 'linux', env: {} })).toBeUndefined();
    expect(browserCommand(address, { platform: 'darwin', env: { CI: '1' } })).toBeUndefined();
  });
});
