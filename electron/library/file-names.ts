import { ProblemError } from '../../nodes/problem.ts';

/** In bytes of UTF-8, with room below the 255 of most file systems for a number, an extension and a temporary suffix. */
const maxBytes = 180;

/** Names of devices on Windows, whatever follows after a dot: https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const reserved = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:\.|$)/i;
const forbidden = /[<>:"/\\|?*\p{Cc}\p{Cs}\u2028\u2029]/gu;

/** A file name without extension made from a person's words, that every file system takes; empty if nothing is left. */
function portableName(words: string): string {
  const name = words
    .normalize('NFC')
    .replace(forbidden, ' ')
    .replace(/\s+/g, ' ')
    // Hidden files begin with a dot; Windows drops dots and spaces at the end.
    .replace(/^[. ]+|[. ]+$/g, '');
  return cut(reserved.test(name) ? `_${name}` : name).replace(/[. ]+$/, '');
}

function cut(name: string): string {
  let kept = '';
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter().segment(name)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > maxBytes) break;
    kept += segment;
  }
  return kept;
}

/** As `portableName`, with `otherwise` where nothing is left of the words. */
export function nameFor(words: string, otherwise: string): string {
  return portableName(words) || otherwise;
}

/** Whether a name can be a file's as it is, on every platform. */
export function isPortableName(name: string): boolean {
  return name !== '' && portableName(name) === name;
}

/** Throws a ProblemError unless a file's name, relative and with forward slashes, stays in its folder on every platform. */
export function checkRelativeName(file: string): void {
  // Longer names and odd spaces may be there: somebody else may have put the file there.
  const safe = file
    .split('/')
    .every((part) => part !== '' && !part.startsWith('.') && !/[\\:\p{Cc}]|[. ]$/u.test(part) && !reserved.test(part));
  if (!safe)
    throw new ProblemError({
      what: `"${file}" cannot be the name of a file in Weft.`,
      fix: 'Take a name without \\ : and without dots at its ends.',
    });
}

/** The first of `name`, `name (2)`, `name (3)` ... that is free. */
export async function freeName(name: string, isTaken: (name: string) => Promise<boolean>, first = 2): Promise<string> {
  let candidate = name;
  for (let number = first; await isTaken(candidate); number++) candidate = `${name} (${number})`;
  return candidate;
}
