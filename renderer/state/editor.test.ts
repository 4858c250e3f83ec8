import { beforeEach, describe, expect, it } from 'vitest';
import { sampleCatalog } from '../../workflows/catalog.fixture.ts';
import { addNode, removeNodes, setField, setTitle } from '../../workflows/edits/nodes.ts';
import { moveBy } from '../../workflows/edits/place.ts';
import { wrap } from '../../workflows/edits/wrap.ts';
import type { Workflow } from '../../workflows/schema.ts';
import { activate, activeTab, addTab, edit, keepView, moveTab, redo, removeTab, select, showScope, undo, useEditor } from './editor.ts';
import { giveOutside, movePort, promote, removePort, renamePort, renameSubgraph, shownSubgraph } from './ports.ts';
import { shown, whole } from './shown.ts';
import { edited, newTab, undone } from './tab.ts';

const size = 2000;

function large(): Workflow {
  const nodes = Array.from({ length: size }, (_none, index) => {
    const inputs: Workflow['nodes'][string]['inputs'] =
      index === 0 ? {} : { latent_image: { link: [`n${index - 1}`, 'LATENT'] }, steps: index };
    return [`n${index}`, { type: 'Sampler', position: { x: index * 10, y: 0 }, inputs }] as const;
  });
  return { format: 'weft', version: 1, nodes: Object.fromEntries(nodes) };
}

beforeEach(() => {
  useEditor.setState({ catalog: sampleCatalog, tabs: [], active: undefined, files: {} });
  addTab({ id: 'a', title: 'A', file: null, workflow: large(), unsaved: false });
});

/** How often each listener hears of something while `act` runs; every node and the list of nodes has one. */
function heard(act: () => void): string[] {
  const told: string[] = [];
  const stops = [
    ...Array.from({ length: size }, (_none, index) => shown.nodes.subscribe(`n${index}`, () => told.push(`n${index}`))),
    shown.ids.subscribe(whole, () => told.push('ids')),
  ];
  act();
  for (const stop of stops) stop();
  return told;
}

describe('of 2,000 nodes', () => {
  it('only those that an edit changes hear of it', () => {
    expect(heard(() => edit('edits.field', (workflow) => setField(workflow, 'n7', 'steps', 30)))).toEqual(['n7']);
    expect(heard(() => edit('edits.move', (workflow) => moveBy(workflow, ['n3', 'n4'], 10, 10)))).toEqual(['n3', 'n4']);
    expect(heard(undo)).toEqual(['n3', 'n4']);
  });

  it('the one after a deleted one hears that its link is gone', () => {
    expect(heard(() => edit('edits.remove', (workflow) => removeNodes(workflow, ['n5'])))).toEqual(['ids', 'n5', 'n6']);
  });

  it('none hears of a selection, a view or another tab of the same', () => {
    expect(heard(() => select(['n1', 'n2']))).toEqual([]);
    expect(heard(() => keepView({ x: 1, y: 2, zoom: 1 }))).toEqual([]);
  });
});

describe('undo and redo', () => {
  it('go back and forth through fifty edits', () => {
    const states = [activeTab()?.workflow];
    for (let step = 0; step < 50; step++) {
      edit('edits.field', (workflow) => setField(workflow, `n${step}`, 'cfg', step));
      states.push(activeTab()?.workflow);
    }
    for (let step = 49; step >= 0; step--) {
      undo();
      expect(activeTab()?.workflow).toBe(states[step]);
    }
    undo();
    for (let step = 1; step <= 50; step++) {
      redo();
      expect(activeTab()?.workflow).toBe(states[step]);
    }
  });

  it('take typing in a field as one step, and in two fields as two', () => {
    for (const text of ['a', 'ab', 'abc']) edit('edits.field', (workflow) => setTitle(workflow, 'n1', text), { group: 'title n1' });
    for (const text of ['x', 'xy']) edit('edits.field', (workflow) => setTitle(workflow, 'n2', text), { group: 'title n2' });
    expect(activeTab()?.past).toHaveLength(2);
    undo();
    expect(activeTab()?.workflow.nodes.n1.title).toBe('abc');
    expect(activeTab()?.workflow.nodes.n2.title).toBeUndefined();
  });

  it('have no steps for selections, and none for what changes nothing', () => {
    select(['n1']);
    edit('edits.none', (workflow) => workflow);
    expect(activeTab()?.past).toHaveLength(0);
  });

  it('forget what could be redone once something else is done', () => {
    edit('edits.field', (workflow) => setTitle(workflow, 'n1', 'a'));
    undo();
    edit('edits.field', (workflow) => setTitle(workflow, 'n1', 'b'));
    redo();
    expect(activeTab()?.workflow.nodes.n1.title).toBe('b');
  });

  it('deselect what is no longer there', () => {
    let id = '';
    edit('edits.add', (workflow) => {
      const added = addNode(workflow, [...sampleCatalog.values()][0], { x: 0, y: 0 });
      id = added.id;
      return added.workflow;
    });
    select([id, 'n1']);
    undo();
    expect([...(activeTab()?.selection ?? [])]).toEqual(['n1']);
  });

  it('show the graph in which the edit was made, and leave one that is gone', () => {
    let id = '';
    edit('edits.wrap', (workflow) => {
      const result = wrap(workflow, sampleCatalog, new Set(['n1', 'n2']), 'Part');
      id = result?.id ?? '';
      return result?.workflow ?? workflow;
    });
    showScope([id]);
    edit('edits.field', (workflow) => setTitle(workflow, 'n1', 'inside'));
    showScope([]);
    undo();
    expect(activeTab()?.scope).toEqual([id]);
    undo();
    expect(activeTab()?.scope).toEqual([]);
    expect(activeTab()?.workflow.nodes).toHaveProperty('n1');
  });

  it('keep a bounded number of steps', () => {
    let tab = newTab({
      id: 'b',
      title: '',
      file: null,
      workflow: { format: 'weft', version: 1, nodes: { n: { type: 'Empty', inputs: {} } } },
      unsaved: false,
    });
    for (let step = 0; step < 600; step++) tab = edited(tab, 'edits.field', setField(tab.workflow, 'n', 'width', step), {}, step);
    expect(tab.past).toHaveLength(500);
    for (let step = 0; step < 250; step++) edit('edits.field', (workflow) => setField(workflow, 'n1', 'cfg', step + 0.5));
    expect(activeTab()?.past).toHaveLength(200);
  });

  it('join within the pause only, and never across an undo', () => {
    const start = newTab({
      id: 'b',
      title: '',
      file: null,
      workflow: { format: 'weft', version: 1, nodes: { n: { type: 'Empty', inputs: {} } } },
      unsaved: false,
    });
    const one = edited(start, 'edits.field', setField(start.workflow, 'n', 'width', 1), { group: 'g' }, 0);
    const two = edited(one, 'edits.field', setField(one.workflow, 'n', 'width', 2), { group: 'g' }, 1000);
    const three = edited(two, 'edits.field', setField(two.workflow, 'n', 'width', 3), { group: 'g' }, 2001);
    expect([one, two, three].map(({ past }) => past.length)).toEqual([1, 1, 2]);
    const back = undone(three);
    expect(edited(back, 'edits.field', setField(back.workflow, 'n', 'width', 4), { group: 'g' }, 2002).past).toHaveLength(2);
    const gesture = edited(three, 'edits.move', setField(three.workflow, 'n', 'width', 5), { group: 'drag 1', pause: Infinity }, 1e9);
    expect(
      edited(gesture, 'edits.move', setField(three.workflow, 'n', 'width', 6), { group: 'drag 1', pause: Infinity }, 2e9).past,
    ).toHaveLength(3);
  });
});

describe('the ports of a subgraph', () => {
  it('change it and every node that stands for it, as edits that can be undone', () => {
    let id = '';
    edit('edits.wrap', (workflow) => {
      const result = wrap(workflow, sampleCatalog, new Set(['n1', 'n2']), 'Part');
      id = result?.id ?? '';
      return result?.workflow ?? workflow;
    });
    showScope([id]);
    const subgraph = shownSubgraph() ?? '';
    const definition = () => activeTab()?.workflow.subgraphs?.[subgraph];
    promote(subgraph, { node: 'n1', input: 'steps' });
    renamePort(subgraph, 'inputs', 'steps', 'count');
    movePort(subgraph, 'inputs', 'count', 0);
    giveOutside(subgraph, { node: 'n1', output: 'LATENT' });
    renameSubgraph(subgraph, 'Twice');
    const ports = () => [definition()?.inputs.map(({ name }) => name), definition()?.outputs.map(({ name }) => name)];
    expect(ports()).toEqual([
      ['count', 'latent_image'],
      ['LATENT', 'LATENT 2'],
    ]);
    removePort(subgraph, 'outputs', 'LATENT 2');
    removePort(subgraph, 'inputs', 'count');
    expect(ports()).toEqual([['latent_image'], ['LATENT']]);
    for (let step = 0; step < 7; step++) undo();
    expect(ports()).toEqual([['latent_image'], ['LATENT']]);
    expect(definition()?.nodes.n1.inputs.steps).toBe(1);
    expect(definition()?.title).toBe('Part');
  });
});

describe('tabs', () => {
  it('are shown, moved and taken away', () => {
    const small: Workflow = { format: 'weft', version: 1, nodes: {} };
    addTab({ id: 'b', title: 'B', file: null, workflow: small, unsaved: false });
    addTab({ id: 'c', title: 'C', file: null, workflow: small, unsaved: false });
    moveTab('c', 0);
    expect(useEditor.getState().tabs.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
    removeTab('c');
    expect(activeTab()?.id).toBe('a');
    activate('nothing');
    activate('b');
    expect(shown.ids.get(whole)).toEqual([]);
    removeTab('b');
    removeTab('a');
    expect(activeTab()).toBeUndefined();
  });
});
