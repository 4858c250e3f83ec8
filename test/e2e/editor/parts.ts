import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

declare global {
  /** In Electron the page has no WebSocket, but this. */
  var weft: { call(name: string, params: unknown): Promise<unknown> } | undefined;
}

/** For what a loaded machine takes its time for. */
export const patience = { timeout: 30_000 };

/** The first card of a node type on the canvas, by the type's title. */
export function card(page: Page, type: string): Locator {
  return page.locator(`[data-card][aria-label$=", node ${type}"]`).first();
}

/** The dot of a card at which links start or end. */
export function socket(owner: Locator, side: 'input' | 'output', name: string): Locator {
  return owner.locator(`button[data-side="${side}"][data-name="${name}"]`);
}

/** The state that the frame around a card tells. */
function stateOf(owner: Locator): Promise<string | null> {
  return owner.locator('[data-state]').first().getAttribute('data-state');
}

/** Waits until a node has come to one of some states. */
export async function expectState(owner: Locator, ...states: readonly string[]): Promise<void> {
  await expect.poll(() => stateOf(owner), patience).toBeOneOf([...states]);
}

/** The address of the picture that a card shows, once it is another one than before. */
export async function newPicture(owner: Locator, before = ''): Promise<string> {
  const picture = owner.locator('img').first();
  await expect.poll(() => picture.getAttribute('src').catch(() => before), patience).not.toBe(before);
  return (await picture.getAttribute('src')) ?? '';
}

/** What the host has of the session, asked over a connection of its own; empty while there is no host. */
export function kept(page: Page): Promise<string> {
  return page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        if (globalThis.weft !== undefined) {
          globalThis.weft.call('session.read', {}).then((answer) => resolve(JSON.stringify({ answer })));
          return;
        }
        const socket = new WebSocket(new URL('ws', location.href.replace(/^http/, 'ws')));
        socket.onerror = () => resolve('');
        socket.onopen = () => socket.send(JSON.stringify({ id: 0, call: 'session.read', params: {} }));
        socket.onmessage = ({ data }) => {
          socket.close();
          resolve(String(data));
        };
      }),
  );
}

/** A workflow as far as tests look into it. */
export type Kept = {
  readonly nodes: Readonly<Record<string, { readonly type: string; readonly inputs: Readonly<Record<string, unknown>> }>>;
};

/** The workflow of the active tab as the host has it, as soon as it has one. */
export async function keptWorkflow(page: Page): Promise<Kept> {
  let text: unknown;
  const find = async () => {
    const { tabs, active } = JSON.parse(await kept(page)).answer.value;
    text = tabs.find(({ id }: { id: string }) => id === active)?.text;
    return text;
  };
  await expect.poll(find, patience).toBeTypeOf('string');
  return JSON.parse(String(text));
}

/** Drops a file on the canvas, as from a file manager. */
export async function dropFile(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([title, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(content), (char) => char.charCodeAt(0))], title));
      return transfer;
    },
    [name, Buffer.from(bytes).toString('base64')] as const,
  );
  await page.locator('.react-flow__pane').dispatchEvent('drop', { dataTransfer });
}

/** The bytes of a picture that the page shows, as the page gets them: in Electron nobody else can. */
export async function bytesOf(page: Page, address: string): Promise<Buffer> {
  const text = await page.evaluate(async (url) => {
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  }, address);
  return Buffer.from(text, 'latin1');
}
