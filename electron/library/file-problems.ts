import { ProblemError } from '../../nodes/problem.ts';

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
}

const reasons: Readonly<Record<string, readonly [string, string]>> = {
  ENOSPC: ['the disk is full', 'Free some space on that disk, then try again.'],
  EDQUOT: ['your share of the disk is used up', 'Free some space on that disk, then try again.'],
  EFBIG: ['it is larger than the disk takes', 'Free some space on that disk, or make it smaller.'],
  EACCES: ['the rights to do so are missing', 'Change the rights of the file or of its folder, then try again.'],
  EPERM: ['the system does not permit it', 'Change the rights of the file or of its folder, then try again.'],
  EROFS: ['the disk can only be read', 'Make it writable, or start Weft with --data and another folder.'],
  EBUSY: ['another program uses it', 'Close that program, then try again.'],
  EMFILE: ['too many files are open', 'Close some programs, then try again.'],
  ENAMETOOLONG: ['the name is too long', 'Take a shorter name.'],
  EISDIR: ['a folder of that name is in the way', 'Take another name.'],
  EEXIST: ['something of that name is in the way', 'Take another name.'],
  ENOTDIR: ['a file of that name is in the way', 'Take another name.'],
  ENOENT: ['it is not there any more', 'Look for it where you have put it.'],
  ELOOP: ['its links lead in a circle', 'Remove the link and put the file itself there.'],
  EIO: ['the disk does not work properly', 'Check the disk, then try again.'],
};

/** An error of the file system in words that begin with `what`, such as "The workflow cannot be saved"; others as they are. */
export function fileProblem(what: string, error: unknown): unknown {
  const reason = reasons[errorCode(error) ?? ''];
  return reason === undefined ? error : new ProblemError({ what: `${what}: ${reason[0]}.`, fix: reason[1] }, { cause: error });
}
