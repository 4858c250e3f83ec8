import { useEffect, useState } from 'react';
import type { Device, Result } from '../../electron/bridge/contract.ts';
import { said } from '../i18n/sentences.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { bridge } from '../state/bridge.ts';
import { readDevice } from '../state/device.ts';
import { formatBytes } from '../ui/format.ts';
import { Select } from '../ui/select.tsx';
import styles from './devices-section.module.css';

type Devices = Result<'devices.list'>;

/** What models run on, a choice of it, and why not on what else. The host tries devices when it is first asked. */
export function DevicesSection() {
  const { t } = useTranslation();
  const [devices, setDevices] = useState<Devices>();
  const read = async () => {
    const answer = await bridge.call('devices.list', { again: false });
    if (answer.ok) setDevices(answer.value);
  };
  const choose = async (device: Devices['choice']) => {
    if (devices !== undefined) setDevices({ ...devices, choice: device });
    await bridge.call('devices.choose', { device });
    await Promise.all([read(), readDevice()]);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the settings are opened
  useEffect(() => void read(), []);
  if (devices === undefined) return <p className={styles.note}>{t('devices.trying')}</p>;
  const offered = devices.devices.filter(({ provider, precision }) => precision !== undefined || provider === devices.choice);
  const options = [
    { value: 'auto' as const, label: t('devices.auto') },
    ...offered.map(({ provider }) => ({ value: provider, label: t(`devices.names.${provider}`) })),
  ];
  return (
    <>
      <div className={styles.choice}>
        <p>{t('devices.choice')}</p>
        <Select label={t('devices.choice')} value={devices.choice} options={options} onChange={(device) => void choose(device)} />
      </div>
      <ul className={styles.list}>
        {devices.devices.map((device) => (
          <DeviceItem key={device.provider} device={device} />
        ))}
      </ul>
      {[...new Set(devices.notices)].map((notice) => (
        <p key={notice} className={styles.note}>
          {said(notice)}
        </p>
      ))}
    </>
  );
}

function DeviceItem({ device }: { readonly device: Device }) {
  const { t } = useTranslation();
  const { provider, state, name, memoryBytes, precision, attention, notes } = device;
  const facts = [
    name,
    memoryBytes === undefined ? undefined : formatBytes(memoryBytes),
    precision,
    attention === undefined ? undefined : t(`devices.attention.${attention}`),
  ].filter((fact) => fact !== undefined);
  return (
    <li className={styles.device}>
      <p className={styles.head}>
        <strong>{t(`devices.names.${provider}`)}</strong>
        <span data-state={state}>{t(`devices.states.${state}`)}</span>
      </p>
      {[facts.join(' · '), ...notes]
        .filter((text) => text !== '')
        .map((text) => (
          <p key={text} className={styles.note}>
            {said(text)}
          </p>
        ))}
    </li>
  );
}
