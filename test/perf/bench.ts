// `npm run bench`: measures what the issues promise, as a table and as JSON. Figures, not tests: machines differ.
import { controlNetBench } from './control-net.bench.ts';
import { editorBench } from './editor.bench.ts';
import { executorBench } from './executor.bench.ts';
import { firstPictureBench } from './first-picture.bench.ts';
import { likenessBench } from './likeness.bench.ts';
import { loraBench } from './lora.bench.ts';
import { modelsBench } from './models.bench.ts';
import { pageBench } from './page.bench.ts';
import { type BenchRow, tableText } from './rows.ts';
import { unetBench } from './unet.bench.ts';
import { upscalerBench } from './upscaler.bench.ts';

const suites: readonly [name: string, run: () => Promise<readonly BenchRow[]>][] = [
  ['first picture', firstPictureBench],
  ['executor', executorBench],
  ['start of the page', pageBench],
  ['editor', editorBench],
  ['U-Net of SD1.5 size', unetBench],
  ['ControlNet of SD1.5 size', controlNetBench],
  ['models of all families', modelsBench],
  ['likeness of the faster modes', likenessBench],
  ['LoRA', loraBench],
  ['upscalers', upscalerBench],
];

const wanted = process.argv.slice(2);
const rows: BenchRow[] = [];
for (const [name, run] of suites) {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
  console.error(`measuring: ${name} ...`);
  rows.push(...(await run()));
}
console.log(tableText(rows));
console.log(JSON.stringify({ node: process.version, platform: `${process.platform}-${process.arch}`, rows }));
