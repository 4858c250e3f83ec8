import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Problem } from '../../nodes/problem.ts';
import type { Catalog } from '../../workflows/graph.ts';
import { titleOf } from '../../workflows/node-names.ts';
import { own } from '../../workflows/own.ts';
import type { Workflow } from '../../workflows/schema.ts';
import { graphAt } from '../../workflows/scope.ts';
import { catalogAt } from '../state/catalog.ts';
import { activeTab, useEditor } from '../state/editor.ts';
import { runProblems, useProblems } from '../state/problems.ts';
import { useRuns } from '../state/runs.ts';

const none: readonly Problem[] = [];

/** What keeps the shown workflow from running, and what went wrong in its last run; each thing once. */
export function useTabProblems(): readonly Problem[] {
  const tab = useEditor(({ active }) => active) ?? '';
  const found = useProblems((all) => all[tab] ?? none);
  const failed = useRuns(useShallow(() => [...runProblems(tab)]));
  return useMemo(() => {
    const texts = new Set(found.map(textOf));
    return [...found, ...failed.filter((problem) => !texts.has(textOf(problem)))];
  }, [found, failed]);
}

function textOf({ node, input, what }: Problem): string {
  return JSON.stringify([node, input, what]);
}

/** What the person calls a node, by its path; undefined if it is gone. */
export function nodeName(path: string): string | undefined {
  const { catalog } = useEditor.getState();
  const tab = activeTab();
  return tab && nameIn(tab.workflow, catalog, path);
}

function nameIn(workflow: Workflow, common: Catalog, path: string): string | undefined {
  const parts = path.split('/');
  const scope = parts.slice(0, -1);
  const node = own(graphAt(workflow, scope).nodes, parts.at(-1) ?? '');
  return node && titleOf(node, catalogAt(workflow, common, scope).get(node.type));
}
