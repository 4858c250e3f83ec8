import { z } from 'zod';

/*
 * What passes over the WebSocket, as JSON: the page sends requests, the host answers each with its number and tells
 * events in between. What is in `params`, `answer` and `data` the contract says.
 */

/** From the page to the host. */
export const requestSchema = z.object({ id: z.int().nonnegative(), call: z.string(), params: z.unknown() });
export type Request = z.infer<typeof requestSchema>;

/** From the host to the page. */
export const frameSchema = z.union([
  z.object({ id: z.int().nonnegative(), answer: z.unknown() }),
  z.object({ event: z.string(), data: z.unknown() }),
]);
export type Frame = z.infer<typeof frameSchema>;

/** The path of the WebSocket, relative to the page's address. */
export const socketPath = 'ws';

/** The most that one frame of the page may weigh; the host ends a connection that sends more. */
export const maxFrameBytes = 2 ** 27;
