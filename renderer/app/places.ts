/** The id of the inspector's part about what a subgraph shows outside, by which it is brought into view. */
export const portsId = 'subgraph-ports';
