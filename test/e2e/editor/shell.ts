import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** What the editor's page is shown in, with the host behind it. */
export type Shell = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** The id of the host's process. */
  pid(): number;
  /** Ends the host as a power cut does. */
  kill(): Promise<void>;
  /** Starts the host again, on the same data folder and port, so that an open page finds back to it. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

/** Size, theme (`colorScheme`), language (`locale`) and the like of the window. */
export type WindowOptions = BrowserContextOptions & { readonly viewport: { readonly width: number; readonly height: number } };
