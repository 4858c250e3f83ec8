/** An id that nothing else has. Not `crypto.randomUUID`: pages that came over the network without TLS don't have it. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
