import i18next from 'i18next';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Tab } from '../../electron/bridge/contract.ts';
import { sampleCatalog } from '../../workflows/catalog.fixture.ts';
import { setField } from '../../workflows/edits/nodes.ts';
import type { Workflow } from '../../workflows/schema.ts';
import { createTestBridge } from './bridge.fixture.ts';
import { installBridge } from './bridge.ts';
import { activeTab, edit, undo, useEditor } from './editor.ts';
import { canReopen, closeTab, openTab, reopenTab, saveTab, toBase64 } from './files.ts';
import { run } from './run-actions.ts';
import { restoreSession, startKeeping, useKeepProblems } from './session.ts';
import { readWorkflowText, workflowText } from './workflow-text.ts';

const workflow: Workflow = {
  format: 'weft',
  version: 1,
  nodes: {
    load: { type: 'Loader', inputs: { ckpt_name: 'a.safetensors' }, position: { x: 0, y: 0 } },
    empty: { type: 'Empty', inputs: { width: 64 }, position: { x: 0, y: 0 } },
    sample: {
      type: 'Sampler',
      inputs: { model: { link: ['load', 'MODEL'] }, latent_image: { link: ['empty', 'LATENT'] }, seed: 2n ** 64n - 1n },
      fields: { seed: { after: 'increment' } },
      position: { x: 0, y: 0 },
    },
    decode: {
      type: 'Decode',
      inputs: { samples: { link: ['sample', 'LATENT'] }, vae: { link: ['load', 'VAE'] } },
      position: { x: 0, y: 0 },
    },
    save: { type: 'Save', inputs: { images: { link: ['decode', 'IMAGE'] } }, position: { x: 0, y: 0 } },
  },
};

beforeEach(async () => {
  // Texts are told by their keys.
  await i18next.init({ lng: 'cimode' });
  useEditor.setState({ catalog: sampleCatalog, tabs: [], active: undefined, files: {} });
});

/** A host that keeps tabs in a map. */
function startHost() {
  const tabs = new Map<string, Tab>();
  let runs = 0;
  const host = createTestBridge({
    'session.keep': ({ tab }) => {
      tabs.set(tab.id, tab);
      return {};
    },
    'session.arrange': ({ order }) => {
      for (const id of tabs.keys()) if (!order.includes(id)) tabs.delete(id);
      return {};
    },
    'session.read': () => ({ tabs: [...tabs.values()], active: [...tabs.keys()].at(-1) ?? null }),
    'workflows.save': ({ title }) => ({ file: `${title}.json` }),
    'runs.add': () => ({ id: `run ${++runs}` }),
  });
  installBridge(host.bridge);
  return { ...host, tabs };
}

describe('keeping', () => {
  it('brings all tabs and edits back, seeds and unknown things included', async () => {
    const host = startHost();
    await restoreSession();
    const keeper = startKeeping();
    openTab('One', { ...workflow, later: { thing: 1 } });
    edit('edits.field', (one) => setField(one, 'empty', 'width', 128));
    openTab('Two');
    await keeper.flush();
    keeper.stop();
    const before = useEditor.getState().tabs;
    useEditor.setState({ tabs: [], active: undefined });
    expect(await restoreSession()).toEqual([]);
    const after = useEditor.getState();
    expect(after.tabs.map(({ workflow: one, title, unsaved }) => ({ one, title, unsaved }))).toEqual(
      before.map(({ workflow: one, title, unsaved }) => ({ one, title, unsaved })),
    );
    expect(after.tabs[0].unsaved).toBe(true);
    expect(after.active).toBe(before[1].id);
    expect(host.tabs.size).toBe(2);
  });

  it('keeps an edit by itself, once for many edits, and nothing where nothing changed', async () => {
    const host = startHost();
    await restoreSession();
    openTab('One', workflow);
    const keeper = startKeeping();
    for (let width = 0; width < 100; width++) edit('edits.field', (one) => setField(one, 'empty', 'width', width));
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(host.asked('session.keep')).toHaveLength(1);
    expect(host.asked('session.keep')[0].tab.text).toContain('"width":99');
    await keeper.flush();
    expect(host.asked('session.keep')).toHaveLength(1);
    keeper.stop();
  });

  it('waits for a pause of somebody who types, but not for longer than a second', async () => {
    const host = startHost();
    await restoreSession();
    openTab('One', workflow);
    const keeper = startKeeping();
    const started = performance.now();
    const type = (until: number) =>
      new Promise<void>((resolve) => {
        const key = () => {
          edit('edits.field', (one) => setField(one, 'empty', 'width', performance.now()));
          if (performance.now() - started < until) setTimeout(key, 20);
          else resolve();
        };
        key();
      });
    await type(700);
    expect(host.asked('session.keep')).toHaveLength(0);
    await type(1200);
    expect(host.asked('session.keep')).toHaveLength(1);
    keeper.stop();
  });

  it('sends a tab again only when the host has what was sent before, so that nothing old comes last', async () => {
    const host = startHost();
    await restoreSession();
    openTab('One', workflow);
    const keeper = startKeeping();
    const answers: (() => void)[] = [];
    installBridge({
      ...host.bridge,
      call: async (name, params) => {
        if (name === 'session.keep') await new Promise<void>((resolve) => answers.push(resolve));
        return host.bridge.call(name, params);
      },
    });
    edit('edits.field', (one) => setField(one, 'empty', 'width', 1));
    const first = keeper.flush();
    edit('edits.field', (one) => setField(one, 'empty', 'width', 2));
    const second = keeper.flush();
    expect(answers).toHaveLength(1);
    answers[0]();
    await first;
    await Promise.resolve();
    answers[1]?.();
    await second;
    expect([...host.tabs.values()].map(({ text }) => text.includes('"width":2'))).toEqual([true]);
    keeper.stop();
  });

  it('leaves tabs to the window that they belong to, and keeps what was changed here as tabs of its own', async () => {
    const host = startHost();
    await restoreSession();
    for (const id of ['changed', 'unchanged']) {
      host.tabs.set(id, { id, title: id, file: null, text: workflowText(workflow), unsaved: true });
    }
    useEditor.setState({ tabs: [], active: undefined });
    await restoreSession();
    const keeper = startKeeping();
    useEditor.setState({ active: 'changed' });
    edit('edits.field', (one) => setField(one, 'empty', 'width', 1));
    host.tell('session.taken', { window: 'another', tabs: ['changed', 'unchanged', 'not here'] });
    const { tabs, active } = useEditor.getState();
    expect(tabs.map(({ title }) => title)).toEqual(['changed']);
    expect(tabs[0].id).not.toBe('changed');
    expect(active).toBe(tabs[0].id);
    keeper.stop();
  });

  it('says so where the host can not keep, and forgets no tab that it could not read', async () => {
    const host = createTestBridge({});
    installBridge(host.bridge);
    expect(await restoreSession()).toHaveLength(1);
    const keeper = startKeeping();
    openTab('One', workflow);
    await keeper.flush();
    expect(useKeepProblems.getState().problems).toHaveLength(1);
    keeper.stop();
  });
});

describe('saving', () => {
  it('knows what is saved, also after an edit is undone', async () => {
    startHost();
    await restoreSession();
    const id = openTab('One', workflow);
    const keeper = startKeeping();
    edit('edits.field', (one) => setField(one, 'empty', 'width', 128));
    expect(activeTab()?.unsaved).toBe(true);
    expect(await saveTab(id)).toEqual({ ok: true });
    expect(activeTab()).toMatchObject({ unsaved: false, file: 'One.json' });
    edit('edits.field', (one) => setField(one, 'empty', 'width', 256));
    undo();
    await keeper.flush();
    expect(activeTab()?.unsaved).toBe(false);
    keeper.stop();
  });

  it('closes tabs so that they come back with their edits', () => {
    startHost();
    const id = openTab('One', workflow);
    edit('edits.field', (one) => setField(one, 'empty', 'width', 128));
    closeTab(id);
    expect(useEditor.getState().tabs).toEqual([]);
    expect(canReopen()).toBe(true);
    reopenTab();
    undo();
    expect(activeTab()?.workflow.nodes.empty.inputs.width).toBe(64);
  });

  it('puts closed tabs back where they were', () => {
    startHost();
    const ids = ['One', 'Two', 'Three', 'Four'].map((title) => openTab(title, workflow));
    for (const id of ids.slice(0, 3)) closeTab(id);
    for (let count = 0; count < 3; count++) reopenTab();
    expect(useEditor.getState().tabs.map(({ id }) => id)).toEqual(ids);
    expect(useEditor.getState().active).toBe(ids[0]);
    closeTab(ids[2]);
    closeTab(ids[3]);
    reopenTab();
    expect(useEditor.getState().tabs.map(({ id }) => id)).toEqual([ids[0], ids[1], ids[3]]);
    expect(reopenTab(ids[2])).toBe(ids[2]);
    closeTab(ids[0]);
    closeTab(ids[1]);
    expect(reopenTab(ids[0])).toBe(ids[0]);
    expect(useEditor.getState().tabs.map(({ id }) => id)).toEqual([ids[0], ids[2], ids[3]]);
  });
});

describe('running', () => {
  it('uses the seeds that are shown, and moves them on for the next run', async () => {
    const host = startHost();
    openTab('One', workflow);
    expect(await run({ times: 3 })).toEqual({ ok: true });
    const seeds = host.asked('runs.add').map(({ text }) => {
      const opened = readWorkflowText(text);
      return opened.ok && opened.workflow.nodes.sample.inputs.seed;
    });
    expect(seeds).toEqual([2n ** 64n - 1n, 0, 1]);
    expect(activeTab()?.workflow.nodes.sample.inputs.seed).toBe(2);
    expect(activeTab()?.past).toEqual([]);
    expect(new Set(host.asked('runs.add').map(({ request }) => request)).size).toBe(3);
  });

  it('does not begin with what can not run, or without a connection', async () => {
    const host = startHost();
    openTab('One', { ...workflow, nodes: { save: workflow.nodes.save } });
    expect(await run()).toMatchObject({ ok: false, problems: [{ node: 'save', input: 'images' }] });
    openTab('Two', workflow);
    host.bridge.connection.setState('reconnecting', true);
    expect(await run()).toMatchObject({ ok: false, problems: [{ what: 'connection.none' }] });
    expect(host.asked('runs.add')).toEqual([]);
  });

  it('names wanted nodes by their way', async () => {
    const host = startHost();
    openTab('One', workflow);
    await run({ wanted: ['sample'] });
    expect(host.asked('runs.add')[0].wanted).toEqual(['sample']);
  });
});

describe('texts', () => {
  it('read back as they were, with a place for each node', () => {
    const opened = readWorkflowText(workflowText(workflow));
    expect(opened).toEqual({ ok: true, workflow });
    const placed = readWorkflowText(
      workflowText({ ...workflow, nodes: { ...workflow.nodes, a: { type: 'Empty', inputs: {} }, b: { type: 'Empty', inputs: {} } } }),
    );
    const places = placed.ok ? [placed.workflow.nodes.a.position, placed.workflow.nodes.b.position] : [];
    expect(places).toEqual([
      { x: 0, y: 240 },
      { x: 340, y: 240 },
    ]);
    expect(readWorkflowText('{').ok).toBe(false);
    expect(readWorkflowText('{"format": "weft"}').ok).toBe(false);
  });

  it('encode bytes of any length', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_none, index) => index % 251);
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  });
});
