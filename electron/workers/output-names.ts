import { ProblemError } from '../../nodes/problem.ts';
import type { SavedFile } from './protocol.ts';

/**
 * What the tokens of a file name prefix stand for: `%width%`, `%height%`, `%year%`, `%month%`, `%day%`, `%hour%`,
 * `%minute%`, `%second%` and `%date:FORMAT%` with yyyy, yy, MM, M, dd, d, hh, h, mm, m, ss, s in local time.
 * Other text between percent signs stays as it is.
 */
export function expandPrefix(prefix: string, picture: { width: number; height: number }, now: Date): string {
  const values: Record<string, string> = {
    width: String(picture.width),
    height: String(picture.height),
    year: String(now.getFullYear()),
    month: twoDigits(now.getMonth() + 1),
    day: twoDigits(now.getDate()),
    hour: twoDigits(now.getHours()),
    minute: twoDigits(now.getMinutes()),
    second: twoDigits(now.getSeconds()),
  };
  return prefix
    .replace(/%date:([^%]*)%/g, (_, format: string) => formatDate(format, now))
    .replace(/%([a-z]+)%/g, (token, name: string) => (Object.hasOwn(values, name) ? values[name] : token));
}

const twoDigits = (value: number) => String(value).padStart(2, '0');

function formatDate(format: string, now: Date): string {
  const parts: Record<string, number> = {
    M: now.getMonth() + 1,
    d: now.getDate(),
    h: now.getHours(),
    m: now.getMinutes(),
    s: now.getSeconds(),
  };
  return format.replace(/yyyy|yy|MM?|dd?|hh?|mm?|ss?/g, (token) => {
    if (token.startsWith('y')) return String(now.getFullYear()).slice(-token.length);
    return token.length === 2 ? twoDigits(parts[token[0]]) : String(parts[token]);
  });
}

export type OutputName = {
  /** Folders below the output folder, from the outermost. */
  readonly folders: readonly string[];
  /** What file names begin with, before the counter. */
  readonly base: string;
};

/** Splits an expanded prefix into folders and a name; a ProblemError if it leads out of the output folder. */
export function parsePrefix(expanded: string): OutputName {
  const path = expanded.replaceAll('\\', '/');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (path.startsWith('/') || /^[a-z]:/i.test(path) || parts.includes('..')) {
    throw new ProblemError({
      input: 'filename_prefix',
      what: `The file name prefix "${expanded}" leads out of the output folder.`,
      fix: 'Use a name, or folders and a name such as "portraits/anna", without ".." and without a drive or a leading slash.',
    });
  }
  const folders = path.endsWith('/') ? parts : parts.slice(0, -1);
  const last = path.endsWith('/') ? undefined : parts.at(-1);
  return { folders: folders.map(portable), base: portable(last ?? 'picture') };
}

/** Replaces what some file system refuses in a name. */
function portable(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return name.replace(/[<>:"|?*\u0000-\u001f]/g, '_').replace(/[. ]+$/, '_');
}

/** How the names of saved files end. */
const extensions: Readonly<Record<SavedFile['kind'], string>> = { picture: 'png', checkpoint: 'safetensors' };

/** `{base}_{counter:05}_.png`, the counter from 1. */
export function outputFileName(base: string, counter: number, kind: SavedFile['kind']): string {
  return `${base}_${String(counter).padStart(5, '0')}_.${extensions[kind]}`;
}

/** The base and counter of the name of a file of a kind; undefined if the name is not one of ours. */
export function parseOutputFileName(name: string, kind: SavedFile['kind']): { base: string; counter: number } | undefined {
  if (!name.endsWith(`.${extensions[kind]}`)) return undefined;
  const match = /^(.*)_(\d{5,})_\.\w+$/s.exec(name);
  return match === null ? undefined : { base: match[1], counter: Number(match[2]) };
}
