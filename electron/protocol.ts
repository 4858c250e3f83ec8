import { protocol, session } from 'electron';
import { appScheme } from './app-origin.ts';
import { respond } from './app-response.ts';
import type { ServedFolders } from './server/served-files.ts';

/** Makes `app:` an origin like `https:`. To be called before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

/** Answers `app://weft/` with the page and its pictures, and gives pages no permission but to copy. */
export function serveAppScheme(folders: ServedFolders): void {
  protocol.handle(appScheme, (request) => respond(folders, request));
  const isAllowed = (permission: string) => permission === 'clipboard-sanitized-write';
  session.defaultSession.setPermissionRequestHandler((_, permission, decide) => decide(isAllowed(permission)));
  session.defaultSession.setPermissionCheckHandler((_, permission) => isAllowed(permission));
}
