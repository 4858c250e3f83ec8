import { ChevronRight } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import { shortcutOf } from '../../commands/all-commands.ts';
import { useTranslation } from '../../i18n/texts.tsx';
import { nodeName } from '../../panels/tab-problems.ts';
import { activeTab, select, showScope, useEditor } from '../../state/editor.ts';
import { Tooltip } from '../../ui/tooltip.tsx';
import styles from './breadcrumb.module.css';

/** Inside a subgraph: the way to it, each step of which leads back there. */
export function Breadcrumb() {
  const { t } = useTranslation();
  const scope = useEditor((state) => activeTab(state)?.scope);
  const names = useEditor(
    useShallow((state) => {
      const path = activeTab(state)?.scope ?? [];
      return path.map((id, index) => nodeName(path.slice(0, index + 1).join('/')) ?? id);
    }),
  );
  const title = useEditor((state) => activeTab(state)?.title) || t('app.untitled');
  if (scope === undefined || scope.length === 0) return null;
  const steps = [title, ...names];
  return (
    <nav className={styles.breadcrumb} aria-label={t('canvas.breadcrumb')}>
      <ol>
        {steps.map((name, depth) => (
          <li key={scope.slice(0, depth).join('/')}>
            {depth > 0 && <ChevronRight size={14} aria-hidden="true" />}
            {depth === scope.length ? (
              <span aria-current="location">{name}</span>
            ) : (
              <Tooltip text={t('canvas.backTo', { name })} keys={depth === scope.length - 1 ? shortcutOf('leave-subgraph') : undefined}>
                <button type="button" onClick={() => goBack(scope, depth)}>
                  {name}
                </button>
              </Tooltip>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Shows the graph so many subgraphs deep, with the node selected through which one went on. */
function goBack(scope: readonly string[], depth: number): void {
  showScope(scope.slice(0, depth));
  select(scope.slice(depth, depth + 1));
}
