import { create } from 'zustand';
import { describeShown } from '../state/catalog.ts';
import { activeTab, useEditor } from '../state/editor.ts';
import { shownGraph } from '../state/shown.ts';
import type { Point, Rect } from './bezier.ts';
import type { CardExtras } from './card-layout.ts';
import { createSceneBuilder, emptyScene, type Moved, type Scene, type SceneLink } from './scene.ts';
import { createMeasure, type MeasureText } from './text-lines.ts';

type Stage = {
  readonly scene: Scene;
  /** Where dragged things are until they are dropped. */
  readonly moved: Moved | undefined;
  /** Whether cards are too small to be read, and drawn as boxes. */
  readonly far: boolean;
  /** The link below the pointer, or into which the dragged card would go. */
  readonly link: SceneLink | undefined;
  /** The line along which Alt-drag cuts. */
  readonly cut: { readonly from: Point; readonly to: Point } | undefined;
  /** The selection box that is being drawn. */
  readonly box: { readonly from: Point; readonly to: Point } | undefined;
  /** The part of the graph around what is seen, in which cards are mounted. */
  readonly mounted: Rect;
  /** Cards that stay mounted wherever they are: that with the focus, and from afar the one below the pointer. */
  readonly kept: { readonly focused: string | undefined; readonly pointed: string | undefined };
  /** The node, group or note whose name is being written. */
  readonly renaming: string | undefined;
};

/** What the canvas shows beside what the editor's store says: gestures under way, and the scene that derives from the graph. */
export const useStage = create<Stage>()(() => ({
  scene: emptyScene,
  moved: undefined,
  far: false,
  link: undefined,
  cut: undefined,
  box: undefined,
  mounted: { x: 0, y: 0, width: 0, height: 0 },
  kept: { focused: undefined, pointed: undefined },
  renaming: undefined,
}));

export type Extras = Omit<CardExtras, 'measure'>;

const plain: Extras = { failureHeight: 0 };
/** What cards show beside their fields, by place: it outlives the card, which is mounted only while it is seen. */
const extrasByPlace = new Map<string, Extras>();
const withMeasure = new WeakMap<Extras, CardExtras>();
let measure: MeasureText | undefined;

function placeOf(id: string): string {
  const tab = activeTab();
  return [tab?.id, ...(tab?.scope ?? []), id].join('/');
}

/** A card tells what it shows: the scene is built again if that changes its size. */
export function showExtras(id: string, extras: Extras): void {
  const place = placeOf(id);
  const before = extrasByPlace.get(place) ?? plain;
  const names = ['mediaAspect', 'tablesHeight', 'failureHeight'] as const;
  if (names.every((name) => before[name] === extras[name])) return;
  extrasByPlace.set(place, extras);
  refresh();
}

function cardExtras(id: string): CardExtras {
  const extras = extrasByPlace.get(placeOf(id)) ?? plain;
  measure ??= createMeasure("400 13px 'Inter Variable', 'Noto Sans SC', system-ui, sans-serif");
  const found = withMeasure.get(extras) ?? { ...extras, measure };
  withMeasure.set(extras, found);
  return found;
}

const build = createSceneBuilder();

function refresh(): void {
  const graph = shownGraph();
  const scene = graph === undefined ? emptyScene : build(graph, { describe: describeShown, extras: cardExtras });
  useStage.setState({ scene });
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
