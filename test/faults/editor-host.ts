import { createHost } from '../../electron/host.ts';

/*
 * A host of its own for tests that kill it: makes the calls of its second argument on the data folder of the first, and
 * prints answers and news as lines of JSON.
 */
const { dispatch, events } = await createHost({ data: process.argv[2] ?? '' });
events.subscribe((event, data) => console.log(JSON.stringify({ event, data })));
for (const [name, params] of JSON.parse(process.argv[3] ?? '[]') as [string, unknown][]) {
  console.log(JSON.stringify({ name, answer: await dispatch(name, params) }));
}
