import i18next from 'i18next';
import { Boxes, Ellipsis, FileJson2, FolderInput, FolderOpen, Save } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { Result } from '../../electron/bridge/contract.ts';
import { useUi } from '../app/ui.ts';
import { runCommand } from '../commands/all-commands.ts';
import { report } from '../commands/file-commands.ts';
import { templateIn } from '../i18n/host-texts.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { bridge } from '../state/bridge.ts';
import { useEditor } from '../state/editor.ts';
import { openFile, openTemplate } from '../state/files.ts';
import { Button } from '../ui/button.tsx';
import { formatTime } from '../ui/format.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu } from '../ui/menu.tsx';
import { notify, notifyProblems } from '../ui/toast.tsx';
import { Empty, PanelSearch, Scroll, Section } from './parts.tsx';
import styles from './workflows-panel.module.css';

type Saved = Result<'workflows.list'>[number];
type Template = Result<'templates.list'>[number];

/** Saved workflows, and templates to start from. */
export function WorkflowsPanel() {
  const { t, language } = useTranslation();
  const [query, setQuery] = useState('');
  const { saved, templates, reload } = useWorkflows();
  const matches = ({ title }: { title: string }) => title.toLowerCase().includes(query.toLowerCase());
  return (
    <>
      <PanelSearch value={query} onChange={setQuery} />
      <div className={styles.buttons}>
        <Button size="small" icon={<Save size={14} />} onClick={() => runCommand('save')}>
          {t('commands.save')}
        </Button>
        <Button size="small" icon={<FolderInput size={14} />} onClick={() => runCommand('import')}>
          {t('commands.import')}
        </Button>
      </div>
      <Scroll>
        <Section title={t('workflows.saved')}>
          {saved.length === 0 && <Empty icon={FolderOpen} text={t('workflows.empty')} />}
          <ul>
            {saved.filter(matches).map((one) => (
              <SavedRow key={one.file} saved={one} onChange={reload} />
            ))}
          </ul>
        </Section>
        <Section title={t('workflows.templates')}>
          <ul>
            {templates
              .map((one) => templateIn(language, one))
              .filter(matches)
              .map((template) => (
                <TemplateRow key={template.name} template={template} />
              ))}
          </ul>
        </Section>
      </Scroll>
    </>
  );
}

function SavedRow({ saved, onChange }: { readonly saved: Saved; readonly onChange: () => void }) {
  const { t, language } = useTranslation();
  return (
    <li className={styles.saved}>
      <button type="button" className={styles.open} onClick={() => void report(openFile(saved.file))}>
        <FileJson2 size={16} />
        <span className={styles.text}>
          <span className={styles.name}>{saved.title}</span>
          <span className={styles.facts}>{formatTime(saved.modifiedAt, language)}</span>
        </span>
      </button>
      <Menu
        align="end"
        trigger={<IconButton size="small" label={t('common.more')} icon={<Ellipsis size={16} />} />}
        entries={[
          { kind: 'item', id: 'open', label: t('common.open'), run: () => void report(openFile(saved.file)) },
          { kind: 'item', id: 'versions', label: t('commands.versions'), run: () => useUi.setState({ versionsOf: saved }) },
          { kind: 'separator', id: 'line' },
          { kind: 'item', id: 'remove', label: t('common.delete'), danger: true, run: () => void remove(saved, onChange) },
        ]}
      />
    </li>
  );
}

async function remove({ file, title }: Saved, onChange: () => void): Promise<void> {
  const answer = await bridge.call('workflows.remove', { file });
  if (!answer.ok) return notifyProblems(answer.problems);
  onChange();
  const restore = async () => {
    const restored = await bridge.call('workflows.restore', { file });
    if (!restored.ok) notifyProblems(restored.problems);
    onChange();
  };
  notify({ text: i18next.t('workflows.removed', { title }), action: { label: i18next.t('common.undo'), run: () => void restore() } });
}

function TemplateRow({ template }: { readonly template: Template }) {
  return (
    <li>
      <button type="button" className={styles.template} onClick={() => void report(openTemplate(template.name))}>
        {template.pictureUrl === null ? (
          <span className={styles.picture}>
            <Boxes size={16} />
          </span>
        ) : (
          <img className={styles.picture} src={template.pictureUrl} alt="" loading="lazy" />
        )}
        <span className={styles.text}>
          <span className={styles.name}>{template.title}</span>
          <span className={styles.description}>{template.description}</span>
        </span>
      </button>
    </li>
  );
}

function useWorkflows() {
  const [saved, setSaved] = useState<readonly Saved[]>([]);
  const [templates, setTemplates] = useState<readonly Template[]>([]);
  const reload = useCallback(async () => {
    const answer = await bridge.call('workflows.list', {});
    if (answer.ok) setSaved(answer.value);
    else notifyProblems(answer.problems);
  }, []);
  // A tab that gets a file, or that has nothing to save any more, has just been saved.
  const files = useEditor(({ tabs }) => tabs.map(({ file, unsaved }) => `${file} ${unsaved}`).join());
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  useEffect(() => void reload(), [reload, files]);
  useEffect(() => {
    void bridge.call('templates.list', {}).then((answer) => answer.ok && setTemplates(answer.value));
  }, []);
  return { saved, templates, reload: () => void reload() };
}
