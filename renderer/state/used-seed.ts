import { innerPlace } from '../../workflows/inner-place.ts';
import { activeTab, type EditorState, useEditor } from './editor.ts';
import { useNodeRunAt } from './runs.ts';

/** The seed that a field of a node had in the last run, as decimal digits; undefined before the first. */
export function useUsedSeed(id: string, name: string): string | undefined {
  const place = useEditor((state) => placeOf(state, id, name));
  const [path = '', input = ''] = place.split('\n');
  return useNodeRunAt(path).seeds?.[input];
}

/** As one text, so that a component is told only when it changes. */
function placeOf(state: EditorState, id: string, name: string): string {
  const tab = activeTab(state);
  const place = tab && innerPlace(tab.workflow, tab.scope, id, name);
  return place === undefined ? '' : `${place.path}\n${place.input}`;
}
