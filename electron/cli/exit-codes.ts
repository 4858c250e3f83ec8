/** What the process says to the shell when it ends. */
export const exitCodes = { done: 0, failed: 1, invalid: 2, cancelled: 130 } as const;
