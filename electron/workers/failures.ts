/** ONNX Runtime's message of an error, in one line without its own source places. */
export function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const lines = message.split('\n').map((line) => line.trim());
  const text = lines.filter((line) => line !== '').join(' ');
  return text.replace(/\/?\S*onnxruntime\S*\.(cc|h|cu):\d+ /g, '').slice(0, 400);
}

/** True for every provider's way of saying that memory has run out. */
export function isOutOfMemory(cause: unknown): boolean {
  const message = cause instanceof Error ? cause.message : String(cause);
  return /bad.?alloc|failed to (allocate|create buffer)|out.?of.?memory|not enough memory|array buffer allocation|8007000E/i.test(message);
}
