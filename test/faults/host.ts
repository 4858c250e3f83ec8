import { createBench, graphOf } from '../fixtures/graphs.ts';

/*
 * A host of its own for tests that end it or limit it: runs the graph of its argument (as graphOf takes it) and
 * prints its news and its result as lines of JSON.
 */
await using bench = await createBench();
const outputFolder = process.argv[3];
const signal = new AbortController().signal;
const request = { graph: graphOf(JSON.parse(process.argv[2])), outputFolder, workflow: '', previews: false, signal };
const result = await bench.executor.run(request, (event) => console.log(JSON.stringify(event)));
console.log(JSON.stringify({ type: 'result', ...result }));
