import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDispatch, type Handlers } from './bridge/dispatch.ts';
import { createEventsHub } from './bridge/events-hub.ts';
import { filesIn, handFile } from './handed-files.ts';
import { temporaryFolder } from './library/temporary-folder.fixture.ts';

it('finds the files of a command line among its flags', () => {
  const args = ['/opt/weft', '--flag.json', 'a.weft.json', '/b/picture.PNG', '.', 'notes.txt'];
  expect(filesIn(args, '/home')).toEqual(['/home/a.weft.json', '/b/picture.PNG']);
});

describe('handFile', () => {
  async function hand(path: string) {
    const told: unknown[] = [];
    const hub = createEventsHub(() => {});
    hub.subscribe((event, data) => told.push([event, data]));
    const handlers: Partial<Handlers> = {
      'workflows.read': ({ name, bytes }) => ({ title: name, text: Buffer.from(bytes, 'base64').toString() }),
    };
    await handFile(
      path,
      createDispatch(handlers as Handlers, () => {}),
      hub.tell,
    );
    return told;
  }

  it('hands over what the file holds', async () => {
    const folder = temporaryFolder({ 'a.weft.json': '{"ä":1}' });
    expect(await hand(join(folder, 'a.weft.json'))).toEqual([['workflow.handed', { title: 'a.weft.json', text: '{"ä":1}' }]]);
  });

  it('says which file cannot be read', async () => {
    const folder = temporaryFolder();
    expect(await hand(join(folder, 'gone.json'))).toEqual([
      ['file.refused', { problem: { what: expect.stringContaining('gone.json cannot be read'), fix: expect.any(String) } }],
    ]);
    expect(await hand(folder)).toEqual([['file.refused', expect.anything()]]);
  });
});
