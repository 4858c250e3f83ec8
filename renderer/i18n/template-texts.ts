import { own } from '../../workflows/own.ts';
import type { Workflow, WorkflowNode } from '../../workflows/schema.ts';
import chinese from './host-zh.json' with { type: 'json' };

/** A template's workflow with the names of its nodes and its notes in a language. What a prompt says stays as it is: models know English best. */
export function templateWorkflowIn(language: string, workflow: Workflow): Workflow {
  if (language !== 'zh') return workflow;
  const inChinese = (text = '') => own<string>(chinese.templateTexts, text);
  const nodes = Object.entries(workflow.nodes).map(([id, node]): [string, WorkflowNode] => {
    const title = inChinese(node.title);
    return [id, title === undefined ? node : { ...node, title }];
  });
  const notes = workflow.notes?.map((note) => ({ ...note, text: inChinese(note.text) ?? note.text }));
  return { ...workflow, nodes: Object.fromEntries(nodes), ...(notes && { notes }) };
}

/** What a template that comes with Weft is called in a language; undefined where that is as the host says. */
export function templateTitle(language: string, name: string): string | undefined {
  return language === 'zh' ? own<{ readonly title: string }>(chinese.templates, name)?.title : undefined;
}
