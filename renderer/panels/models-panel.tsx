import { Box, PackageOpen } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Model, Result } from '../../electron/bridge/contract.ts';
import { modelFactsIn } from '../i18n/sentences.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { bridge } from '../state/bridge.ts';
import { formatBytes } from '../ui/format.ts';
import { notifyProblems } from '../ui/toast.tsx';
import styles from './models-panel.module.css';
import { Empty, PanelSearch, Scroll, Section } from './parts.tsx';

/** The models that there are: what each file is, how large, and where people put more. */
export function ModelsPanel() {
  const { t, language } = useTranslation();
  const [query, setQuery] = useState('');
  const { models, folders } = useModels();
  if (models === undefined) return null;
  const shown = models.filter(({ name, what }) => `${name} ${modelFactsIn(language, what)}`.toLowerCase().includes(query.toLowerCase()));
  const groups = [...Map.groupBy(shown, ({ folder }) => folder)];
  return (
    <>
      {models.length > 0 && <PanelSearch value={query} onChange={setQuery} />}
      <Scroll>
        {models.length === 0 && <Empty icon={PackageOpen} text={t('models.empty')} />}
        {models.length > 0 && groups.length === 0 && <Empty icon={PackageOpen} text={t('common.nothingFound')} />}
        {groups.map(([folder, members]) => (
          <Section key={folder} title={t(`models.folder.${folder}`)}>
            <ul>
              {members.map((model) => (
                <Row key={model.path} model={model} />
              ))}
            </ul>
          </Section>
        ))}
        {folders.length > 0 && (
          <Section title={t('models.where')}>
            <ul>
              {folders.map(({ path }) => (
                <li key={path} className={styles.path}>
                  {path}
                </li>
              ))}
            </ul>
          </Section>
        )}
      </Scroll>
    </>
  );
}

function Row({ model }: { readonly model: Model }) {
  const { language } = useTranslation();
  return (
    <li className={styles.row} title={model.path}>
      <Box size={16} />
      <div className={styles.text}>
        <p className={styles.name}>{model.name}</p>
        <p className={styles.facts}>{`${modelFactsIn(language, model.what)} · ${formatBytes(model.bytes)}`}</p>
      </div>
    </li>
  );
}

function useModels() {
  const [models, setModels] = useState<readonly Model[]>();
  const [folders, setFolders] = useState<Result<'models.folders'>>([]);
  useEffect(() => {
    const load = async () => {
      const [list, places] = await Promise.all([bridge.call('models.list', {}), bridge.call('models.folders', {})]);
      if (list.ok) setModels(list.value);
      else notifyProblems(list.problems);
      if (places.ok) setFolders(places.value);
    };
    void load();
    return bridge.on('files.changed', () => void load());
  }, []);
  return { models, folders };
}
