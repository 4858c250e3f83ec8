import { catalog } from '../../nodes/catalog.ts';
import { describeNode } from '../../nodes/define.ts';
import { listModels } from '../library/models.ts';
import { createServices } from '../services.ts';
import { exitCodes } from './exit-codes.ts';
import { catalogText, devicesText, modelsText, nodeText } from './text.ts';

/** `weft nodes [TYPE]`: the catalog, or one node of it. Returns the exit code. */
export function nodesCommand(type: string | undefined, json: boolean): number {
  const all = [...catalog.values()].map(describeNode);
  const nodes = type === undefined ? all : all.filter((node) => node.type.toLowerCase() === type.toLowerCase());
  if (nodes.length === 0) {
    console.error(`There is no node of the type ${type}. \`weft nodes\` lists them all.`);
    return exitCodes.invalid;
  }
  if (json) console.log(JSON.stringify(type === undefined ? nodes : nodes[0], undefined, 2));
  else console.log(type === undefined ? catalogText(nodes) : nodeText(nodes[0]));
  return exitCodes.done;
}

/** `weft models`: the model files of all model folders. Returns the exit code. */
export async function modelsCommand({ data, json }: { data?: string; json: boolean }): Promise<number> {
  const services = await createServices({ data });
  try {
    const models = await listModels(services.library);
    console.log(json ? JSON.stringify(models, undefined, 2) : modelsText(models, services.paths.models));
    return exitCodes.done;
  } finally {
    await services.close();
  }
}

/** `weft devices`: what models can run on here, and why not on what else. Returns the exit code. */
export async function devicesCommand({ data, json, again }: { data?: string; json: boolean; again: boolean }): Promise<number> {
  const services = await createServices({ data });
  try {
    const devices = await services.devices.list(again);
    console.log(json ? JSON.stringify(devices, undefined, 2) : devicesText(devices, services.settings.device, services.paths.settings));
    return exitCodes.done;
  } finally {
    await services.close();
  }
}
