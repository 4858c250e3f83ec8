/** What reading a value from a disk costs at the least, in milliseconds, and how many bytes one millisecond reads. */
const openMs = 2;
const bytesPerMs = 400_000;

/** What it takes to have a value of so many bytes back from disk, in milliseconds. */
export function reloadMs(bytes: number): number {
  return openMs + bytes / bytesPerMs;
}

/** Whether a result that took `ms` milliseconds is dear enough to be written to disk: well over what reading it takes. */
export function isDear(ms: number, bytes: number): boolean {
  return ms > 8 * reloadMs(bytes);
}
