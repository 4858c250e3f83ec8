import { CSPProvider } from '@base-ui/react/csp-provider';
import { lazy, Suspense, useEffect } from 'react';
import { startNativeMenu } from '../commands/native-menu.ts';
import { Palette } from '../commands/palette.tsx';
import { ShortcutSheet } from '../commands/shortcut-sheet.tsx';
import { useShortcuts } from '../commands/use-shortcuts.ts';
import { startNamingNodes } from '../i18n/host-texts.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { MaskEditor } from '../mask-editor/mask-editor.tsx';
import { Drawer } from '../panels/drawer.tsx';
import { Inspector } from '../panels/inspector.tsx';
import { startLog } from '../panels/log.ts';
import { Panel } from '../panels/panel.tsx';
import { VersionsDialog } from '../panels/versions-dialog.tsx';
import { readSettings, useSettings } from '../settings/settings.ts';
import { SettingsDialog } from '../settings/settings-dialog.tsx';
import { followDevice } from '../state/device.ts';
import { useEditor } from '../state/editor.ts';
import { startRunningOnChange } from '../state/run-actions.ts';
import { startState, useStart } from '../state/start.ts';
import { Toasts } from '../ui/toast.tsx';
import { Tooltips } from '../ui/tooltip.tsx';
import { Viewer } from '../viewer/viewer.tsx';
import styles from './app.module.css';
import { readAppInfo } from './app-info.ts';
import { Banners } from './banners.tsx';
import { DropTarget } from './drop-target.tsx';
import { EmptyState } from './empty-state.tsx';
import { Rail } from './rail.tsx';
import { showRunNotices } from './run-notices.ts';
import { SaveAsDialog } from './save-as-dialog.tsx';
import { TopBar } from './top-bar.tsx';
import { useUi } from './ui.ts';

const Canvas = lazy(async () => ({ default: (await import('../canvas/canvas.tsx')).Canvas }));

let started = false;

/** Fills the stores once, also where React mounts the page twice to find mistakes. */
function startOnce(): void {
  if (started) return;
  started = true;
  void readSettings();
  void readAppInfo();
  followDevice();
  startLog();
  showRunNotices();
  startNamingNodes();
  void startState().then(startNativeMenu);
}

/** The editor: its frame, and everything that opens above it. */
export function App() {
  useEffect(startOnce, []);
  useShortcuts();
  useRunOnChange();
  return (
    <CSPProvider disableStyleElements>
      <Tooltips delay={400}>
        <div className={styles.frame}>
          <TopBar />
          <Banners />
          <div className={styles.middle}>
            <Rail />
            <Panel />
            <div className={styles.center}>
              <Middle />
              <Drawer />
            </div>
            <Side />
          </div>
        </div>
        <DropTarget />
        <Viewer />
        <MaskEditor />
        <Palette />
        <ShortcutSheet />
        <SettingsDialog />
        <SaveAsDialog />
        <VersionsDialog />
        <Toasts />
      </Tooltips>
    </CSPProvider>
  );
}

function useRunOnChange(): void {
  const on = useSettings(({ runOnChange }) => runOnChange);
  useEffect(() => (on ? startRunningOnChange() : undefined), [on]);
}

function Middle() {
  const { t } = useTranslation();
  const ready = useStart(({ state }) => state === 'ready');
  const hasTab = useEditor(({ active }) => active !== undefined);
  if (!ready && !hasTab) return <main className={styles.canvas} aria-label={t('app.loading')} aria-busy="true" />;
  return (
    <main className={styles.canvas} aria-label={t('app.canvas')}>
      {hasTab ? (
        <Suspense>
          <Canvas />
        </Suspense>
      ) : (
        <EmptyState />
      )}
    </main>
  );
}

function Side() {
  const shown = useUi(({ inspector }) => inspector);
  const hasTab = useEditor(({ active }) => active !== undefined);
  return shown && hasTab && <Inspector />;
}
