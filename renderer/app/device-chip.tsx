import { Cpu } from 'lucide-react';
import { useTranslation } from '../i18n/texts.tsx';
import { useDevice } from '../state/device.ts';
import { formatBytes, formatShare } from '../ui/format.ts';
import { Tooltip } from '../ui/tooltip.tsx';
import styles from './top-bar.module.css';
import { showDialog } from './ui.ts';

/** What runs models, and how much of the machine's memory Weft has. */
export function DeviceChip() {
  const { t } = useTranslation();
  const status = useDevice((device) => device.status);
  if (status === undefined) return null;
  const { device, name, usedBytes, totalBytes } = status;
  const provider = device.toUpperCase();
  const used = t('app.memoryUsed', { used: formatBytes(usedBytes), total: formatBytes(totalBytes) });
  const text = [provider, name, used].filter(Boolean).join(' · ');
  const share = Math.min(1, usedBytes / totalBytes);
  return (
    <Tooltip text={text}>
      <button type="button" className={styles.chip} aria-label={`${t('app.device')}: ${text}`} onClick={() => showDialog('settings')}>
        <Cpu size={15} />
        <span className={styles.device}>{provider}</span>
        <span className={styles.meter} data-high={share > 0.85 || undefined}>
          <i style={{ width: `${share * 100}%` }} />
        </span>
        <strong className={styles.memory}>{formatShare(usedBytes, totalBytes)}</strong>
      </button>
    </Tooltip>
  );
}
