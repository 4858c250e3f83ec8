import { HardDriveDownload, PlugZap, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Problem } from '../../nodes/problem.ts';
import { said } from '../i18n/sentences.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { useConnection } from '../state/bridge.ts';
import { useKeepProblems } from '../state/session.ts';
import { useStart } from '../state/start.ts';
import { useAppInfo } from './app-info.ts';
import styles from './banners.module.css';

const none: readonly Problem[] = [];

/** What concerns everything: above the canvas for as long as it lasts. */
export function Banners() {
  const { t } = useTranslation();
  const connection = useConnection();
  const unkept = useKeepProblems(({ problems }) => problems);
  const start = useStart(({ problems }) => problems);
  const notices = useAppInfo(({ info }) => info?.notices) ?? none;
  return (
    <>
      {connection === 'reconnecting' && <Banner icon={<PlugZap size={16} />} text={t('app.reconnecting')} />}
      {unkept.length > 0 && <Banner icon={<HardDriveDownload size={16} />} text={t('banner.notKept')} problems={unkept} />}
      {start.length + notices.length > 0 && (
        <Banner icon={<TriangleAlert size={16} />} text={t('banner.notices')} problems={[...start, ...notices]} />
      )}
    </>
  );
}

type Props = { readonly icon: ReactNode; readonly text: string; readonly problems?: readonly Problem[] };

function Banner({ icon, text, problems = none }: Props) {
  return (
    <div role="status" className={styles.banner}>
      {icon}
      <p>{[text, ...problems.flatMap(({ what, fix }) => [said(what), said(fix ?? '')])].join(' ')}</p>
    </div>
  );
}
