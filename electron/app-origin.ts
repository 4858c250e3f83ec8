/** The scheme and address of the page inside Electron. */
export const appScheme = 'app';
export const appOrigin = 'app://weft';

/** Whether a frame's address is one of the page's. */
function isAppUrl(url: string): boolean {
  return url.startsWith(`${appOrigin}/`);
}

/** Who may call the host: the main frame of the window, while it shows Weft's own page. */
export function isTrustedSender(frame: { readonly url: string; readonly parent: unknown } | null): boolean {
  return frame !== null && frame.parent === null && isAppUrl(frame.url);
}

const linkedHosts: ReadonlySet<string> = new Set(['github.com', 'huggingface.co', 'civitai.com', 'nodejs.org', 'onnxruntime.ai']);

/** Whether a link may be opened in the person's browser. */
export function isListedLink(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, port } = new URL(url);
  return protocol === 'https:' && username === '' && port === '' && linkedHosts.has(hostname);
}
