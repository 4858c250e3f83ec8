import type { Workflow } from '../../../workflows/schema.ts';

/** From one node of the grid to the next. */
export const across = 260;
export const down = 190;

/** Among so many nodes one has a text to type in, so that one is always near. */
const everyText = 6;

export function columnsOf(count: number): number {
  return Math.ceil(Math.sqrt(count * 1.2));
}

/** Where a node of a grid of so many lies. */
export function placeInGrid(count: number, index: number): { x: number; y: number } {
  const columns = columnsOf(count);
  return { x: (index % columns) * across, y: Math.floor(index / columns) * down };
}

/** A grid of nodes with two links and three fields each, and here and there one with a text. */
export function gridWorkflow(count: number): Workflow {
  const columns = columnsOf(count);
  const nodes: Workflow['nodes'] = {};
  const isText = (index: number) => index % everyText === everyText - 1;
  const linkTo = (name: string, index: number) =>
    index < 0 || isText(index) ? {} : { [name]: { link: [`n${index}`, 'LATENT'] as [string, string] } };
  for (let index = 0; index < count; index++) {
    const position = placeInGrid(count, index);
    nodes[`n${index}`] = isText(index)
      ? { type: 'CLIPTextEncode', position, size: { width: 220, height: 160 }, inputs: { text: 'a picture' } }
      : {
          type: 'LatentComposite',
          position,
          inputs: {
            ...linkTo('samples_to', index - 1),
            ...linkTo('samples_from', index - columns),
            x: 8 * (index % 64),
            y: 8,
            feather: 0,
          },
        };
  }
  return { format: 'weft', version: 1, nodes };
}
