import type { ReactNode } from 'react';
import { useAppInfo } from '../app/app-info.ts';
import { showDialog, useUi } from '../app/ui.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Select } from '../ui/select.tsx';
import { Switch } from '../ui/switch.tsx';
import { DevicesSection } from './devices-section.tsx';
import { changeSettings, useSettings } from './settings.ts';
import styles from './settings-dialog.module.css';

export function SettingsDialog() {
  const { t } = useTranslation();
  const open = useUi(({ dialog }) => dialog === 'settings');
  return (
    <Dialog open={open} onClose={() => showDialog(undefined)} title={t('settings.title')}>
      <Appearance />
      <Editing />
      <section className={styles.section}>
        <h3 className={styles.heading}>{t('settings.devices')}</h3>
        <DevicesSection />
      </section>
      <About />
    </Dialog>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const { theme, language } = useSettings();
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{t('settings.appearance')}</h3>
      <Row label={t('settings.theme')}>
        <Select
          label={t('settings.theme')}
          value={theme}
          options={[
            { value: 'system', label: t('settings.system') },
            { value: 'dark', label: t('settings.dark') },
            { value: 'light', label: t('settings.light') },
          ]}
          onChange={(value) => void changeSettings({ theme: value })}
        />
      </Row>
      <Row label={t('settings.language')}>
        <Select
          label={t('settings.language')}
          value={language}
          options={[
            { value: 'system', label: t('settings.system') },
            { value: 'en', label: t('settings.english') },
            { value: 'zh', label: t('settings.chinese') },
          ]}
          onChange={(value) => void changeSettings({ language: value })}
        />
      </Row>
    </section>
  );
}

function Editing() {
  const { t } = useTranslation();
  const { snapToGrid, runOnChange } = useSettings();
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{t('settings.editing')}</h3>
      <Row label={t('settings.snapToGrid')} more={t('settings.snapToGridMore')}>
        <Switch label={t('settings.snapToGrid')} checked={snapToGrid} onChange={(on) => void changeSettings({ snapToGrid: on })} />
      </Row>
      <Row label={t('settings.runOnChange')} more={t('settings.runOnChangeMore')}>
        <Switch label={t('settings.runOnChange')} checked={runOnChange} onChange={(on) => void changeSettings({ runOnChange: on })} />
      </Row>
    </section>
  );
}

function About() {
  const { t } = useTranslation();
  const info = useAppInfo(({ info: known }) => known);
  if (info === undefined) return null;
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{t('settings.about')}</h3>
      <Row label={t('settings.version')}>
        <span className={styles.fact}>{info.version}</span>
      </Row>
      <Row label={t('settings.dataFolder')}>
        <span className={styles.fact}>{info.dataFolder}</span>
      </Row>
    </section>
  );
}

function Row({ label, more, children }: { readonly label: string; readonly more?: string; readonly children: ReactNode }) {
  return (
    <div className={styles.row}>
      <div className={styles.text}>
        <p>{label}</p>
        {more !== undefined && <p className={styles.more}>{more}</p>}
      </div>
      {children}
    </div>
  );
}
