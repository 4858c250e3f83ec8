/** The channels of Electron's IPC: one for what the page asks, one for what it is told. */
export const channels = { call: 'weft:call', event: 'weft:event' } as const;
