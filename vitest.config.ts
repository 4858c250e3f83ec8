import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{electron,nodes,workflows,test}/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
