import { join } from 'node:path';
import { expect, it } from 'vitest';
import { respond } from './app-response.ts';
import { temporaryFolder } from './library/temporary-folder.fixture.ts';

const root = () => temporaryFolder({ 'page/index.html': 'page', 'output/a.png': 'picture', 'secret.png': 'secret' });
const foldersOf = (folder: string) => ({ '': [join(folder, 'page')], 'pictures/output': [join(folder, 'output')] });

it.each([
  ['app://weft/', 'page', 'text/html; charset=utf-8'],
  ['app://weft/index.html?a#b', 'page', 'text/html; charset=utf-8'],
  ['app://weft/pictures/output/a.png', 'picture', 'image/png'],
])('answers %s', async (url, text, type) => {
  const response = await respond(foldersOf(root()), { url, method: 'GET' });
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toBe(type);
  expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  expect(await response.text()).toBe(text);
});

it.each([
  ['app://weft/../secret.png', 'GET'],
  ['app://weft/pictures/output/../../secret.png', 'GET'],
  ['app://weft/pictures/output/%2e%2e/secret.png', 'GET'],
  ['app://other/index.html', 'GET'],
  ['app://weft.evil/index.html', 'GET'],
  ['app://weft/index.html', 'POST'],
])('has nothing at %s for %s', async (url, method) => {
  expect((await respond(foldersOf(root()), { url, method })).status).toBe(404);
});
