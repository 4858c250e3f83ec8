import { openStorage } from '../../electron/storage/storage.ts';

/*
 * A host of its own for tests that kill it: keeps tabs and runs in the database of its first argument without end, from
 * the number of the second on, and prints the number of each round that has been kept.
 */
const storage = await openStorage(process.argv[2] ?? '');
for (let number = Number(process.argv[3]); ; number++) {
  const id = `run${number}`;
  const text = JSON.stringify({ number, padding: 'x'.repeat((number * 7919) % 50_000) });
  const head = { id, tab: 'tab', title: id, queuedAt: number };
  await Promise.all([
    storage.call('keepTab', { id: `tab${number % 7}`, title: id, file: null, text, unsaved: true }),
    storage.call(
      'arrangeTabs',
      [0, 1, 2, 3, 4, 5, 6].map((tab) => `tab${tab}`),
      `tab${number % 7}`,
    ),
    storage.call('addRun', { head, place: 'end', text, wanted: undefined, request: id }),
    storage.call('runStarted', id, number),
    storage.call('runEnded', {
      run: { ...head, state: 'done', startedAt: number, endedAt: number },
      pictures: [],
      tables: [],
      problems: [],
    }),
  ]);
  console.log(number);
}
