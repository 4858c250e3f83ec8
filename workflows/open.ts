import { Buffer } from 'node:buffer';
import { ProblemError } from '../nodes/problem.ts';
import { parseJson } from './json.ts';
import { isPng, readText, workflowKeyword } from './png.ts';
import { formatVersion, schemaProblems, type Workflow, workflowSchema } from './schema.ts';

/** The largest workflow that is opened; those of people have some kilobytes. */
const maxBytes = 50_000_000;

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Opens a workflow: a JSON file in Weft's format, as text or UTF-8, or a PNG picture that carries one.
 *
 * Throws a ProblemError for anything else, saying what it seems to be. What it returns has the right form; whether it
 * can run, `validate` says.
 */
export function openWorkflow(source: string | Uint8Array): Workflow {
  return checkWorkflow(parseJson(typeof source === 'string' ? checkSize(source) : textOf(source)));
}

function textOf(bytes: Uint8Array): string {
  if (isPng(bytes)) return textOfPicture(bytes);
  checkSize(bytes);
  const other = otherFormat(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString('latin1'));
  if (other !== undefined) {
    throw new ProblemError({
      what: `This is ${other}, not a workflow.`,
      fix: 'Open a workflow file (.json) or a PNG picture that Weft has made.',
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw notWorkflow('This file is neither text nor a PNG picture.', error);
  }
}

function textOfPicture(png: Uint8Array): string {
  const texts = readText(png);
  const workflow = texts.get(workflowKeyword);
  if (workflow !== undefined) return checkSize(workflow);
  if (texts.has('prompt')) throw comfyProblem('This picture carries a workflow of ComfyUI');
  const elsewhere = texts.has('parameters') ? ' It carries the parameters of another program, which Weft cannot run.' : '';
  throw new ProblemError({
    what: `This picture carries no workflow.${elsewhere}`,
    fix: 'Take the file that Weft saved: many programs and web sites drop the workflow when they save or upload a picture.',
  });
}

function checkSize<T extends string | Uint8Array>(source: T): T {
  if (source.length <= maxBytes) return source;
  const size = Math.round(source.length / 1e6);
  throw new ProblemError({
    what: `This workflow is too large: ${size} MB, where at most ${maxBytes / 1e6} MB are read.`,
    fix: 'Check that it is the right file.',
  });
}

/** Well-known formats that people may take for a workflow, by their first bytes. */
function otherFormat(start: string): string | undefined {
  if (start.startsWith('\xff\xd8\xff')) return 'a JPEG picture';
  if (start.startsWith('RIFF') && start.endsWith('WEBP', 12)) return 'a WebP picture';
  if (start.startsWith('GIF8')) return 'a GIF picture';
  if (start.startsWith('PK\x03\x04')) return 'a ZIP archive or a PyTorch file';
  return undefined;
}

function checkWorkflow(json: unknown): Workflow {
  if (!isObject(json)) throw notWorkflow('This JSON holds no workflow.');
  if (json.format !== 'weft')
    throw isComfy(json) ? comfyProblem('This is a workflow of ComfyUI') : notWorkflow('This JSON file is not a workflow of Weft.');
  checkVersion(json.version);
  const result = workflowSchema.safeParse(json);
  if (result.success) return result.data;
  const [first, ...others] = schemaProblems(result.error);
  const more = others.length === 0 ? '' : ` So are ${others.length} other places.`;
  throw new ProblemError({ ...first, what: `${first.what}${more}` });
}

/** Version 1 is the first: there is nothing older to be brought up to date. */
function checkVersion(version: unknown): void {
  if (typeof version === 'number' && version > formatVersion) {
    throw new ProblemError({
      what: `This workflow was saved by a newer Weft: its format has version ${version}, and this Weft knows versions up to ${formatVersion}.`,
      fix: 'Update Weft to open it.',
    });
  }
}

/** ComfyUI's saved workflow (`nodes` and `links` in arrays), or its API format (`class_type` in every entry). */
function isComfy(json: JsonObject): boolean {
  if (Array.isArray(json.nodes) && Array.isArray(json.links)) return true;
  const nodes = Object.values(json);
  return nodes.length > 0 && nodes.every((node) => isObject(node) && typeof node.class_type === 'string');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function comfyProblem(what: string): ProblemError {
  return new ProblemError({
    what: `${what}, which Weft cannot import yet.`,
    fix: 'Build it anew with Weft: the nodes have the same names there.',
  });
}

function notWorkflow(what: string, cause?: unknown): ProblemError {
  return new ProblemError(
    { what, fix: 'Open a file that begins with {"format": "weft", "version": 1, or a picture that Weft has made.' },
    { cause },
  );
}
