import { create } from 'zustand';
import { describeShown, shownCatalog } from '../../state/catalog.ts';
import { activeTab, useEditor } from '../../state/editor.ts';
import { shownGraph } from '../../state/shown.ts';
import type { Point, Rect } from './bezier.ts';
import { type CardExtras, type ShownExtras, sameExtras } from './card-layout.ts';
import { emptyScene, type Moved, type Scene, type SceneLink } from './scene.ts';
import { createSceneBuilder } from './scene-builder.ts';
import { createMeasure, type MeasureText } from './text-lines.ts';

/** What was seen of the graph last, and the part around it in which cards are mounted. */
export type Mounted = { readonly seen: Rect; readonly around: Rect };

const nowhere: Rect = { x: 0, y: 0, width: 0, height: 0 };

type Stage = {
  readonly scene: Scene;
  /** Where dragged things are until they are dropped. */
  readonly moved: Moved | undefined;
  /** What is being dragged: the same set from the start to the end. */
  readonly held: ReadonlySet<string> | undefined;
  /** Whether cards are too small to be read, and drawn as boxes. */
  readonly far: boolean;
  /** The link below the pointer, or into which the dragged card would go. */
  readonly link: SceneLink | undefined;
  /** The line along which Alt-drag cuts. */
  readonly cut: { readonly from: Point; readonly to: Point } | undefined;
  /** The selection box that is being drawn. */
  readonly box: { readonly from: Point; readonly to: Point } | undefined;
  readonly mounted: Mounted;
  /** Whether the view is being moved by hand. */
  readonly moving: boolean;
  /** Cards that are drawn until their turn to be mounted comes. */
  readonly waiting: ReadonlySet<string>;
  /** Cards that are mounted wherever they are: that with the focus, and the one below the pointer where it would only be drawn. */
  readonly kept: { readonly focused: string | undefined; readonly pointed: string | undefined };
  /** The node, group or note whose name is being written. */
  readonly renaming: string | undefined;
};

/** What the canvas shows beside what the editor's store says: gestures under way, and the scene that derives from the graph. */
export const useStage = create<Stage>()(() => ({
  scene: emptyScene,
  moved: undefined,
  held: undefined,
  far: false,
  link: undefined,
  cut: undefined,
  box: undefined,
  mounted: { seen: nowhere, around: nowhere },
  moving: false,
  waiting: new Set(),
  kept: { focused: undefined, pointed: undefined },
  renaming: undefined,
}));

const plain: ShownExtras = { failureHeight: 0 };
/** What cards show beside their fields, by graph and id: it outlives the card, which is mounted only while it is seen. */
const extrasByGraph = new Map<string, Map<string, CardExtras>>();
let measure: MeasureText | undefined;
let plainCard: CardExtras | undefined;

function shownPlace(): string {
  const tab = activeTab();
  return [tab?.id, ...(tab?.scope ?? [])].join('/');
}

function withMeasure(extras: ShownExtras): CardExtras {
  measure ??= createMeasure("400 13px 'Inter Variable', 'Noto Sans SC', system-ui, sans-serif");
  return { ...extras, measure };
}

/** A card tells what it shows: the scene is built again if that changes its size. */
export function showExtras(id: string, extras: ShownExtras): void {
  const place = shownPlace();
  const known = extrasByGraph.get(place) ?? new Map<string, CardExtras>();
  const before = known.get(id) ?? plain;
  if (sameExtras(before, extras)) return;
  extrasByGraph.set(place, known.set(id, withMeasure(extras)));
  refresh();
}

/** Tells of each card of the shown graph what it shows beside its fields. */
function shownExtras(): (id: string) => CardExtras {
  const known = extrasByGraph.get(shownPlace());
  plainCard ??= withMeasure(plain);
  const others = plainCard;
  return (id) => known?.get(id) ?? others;
}

const build = createSceneBuilder();

function refresh(): void {
  const graph = shownGraph();
  const sources = { declarations: shownCatalog(), describe: describeShown, extras: shownExtras() };
  useStage.setState({ scene: graph === undefined ? emptyScene : build(graph, sources) });
}

/** Keeps the scene in step with the editor. Returns what ends that. */
export function followEditor(): () => void {
  let seen: readonly unknown[] = [];
  const follow = () => {
    const state = useEditor.getState();
    const graph = shownGraph(state);
    const tab = activeTab(state);
    const now = [graph?.nodes, graph?.groups, graph?.notes, state.catalog, tab?.workflow.subgraphs, tab?.id];
    if (now.every((one, index) => Object.is(one, seen[index])) && seen.length === now.length) return;
    seen = now;
    refresh();
  };
  follow();
  return useEditor.subscribe(follow);
}
