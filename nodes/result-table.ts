import { z } from 'zod';

/** A table of numbers that a node shows as its result: data that travels to the page, the history and the terminal as it is. */
export const resultTable = z
  .object({
    /** `shares` are numbers of 0..1, shown in per cent and as bars; `numbers` are shown as they are. */
    kind: z.enum(['shares', 'numbers']),
    /** What stands above each column of numbers. */
    columns: z.array(z.string()).min(1),
    rows: z.array(z.object({ label: z.string(), values: z.array(z.number()) })),
  })
  .readonly();
export type ResultTable = z.infer<typeof resultTable>;
