import { useStore } from '@xyflow/react';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { activeTab, useEditor } from '../state/editor.ts';
import { failedNodes } from '../state/runs.ts';
import styles from './canvas.module.css';
import { useConnecting } from './connecting/connecting.ts';
import { CardPictures } from './paint/card-pictures.ts';
import { paintLively } from './paint/lively-canvas.ts';
import { linkReach, type PlacedCard, paintDots, paintFarCards, paintGround, paintLinkHandle, paintLinks } from './paint/paint.ts';
import { type Palette, usePalette } from './paint/palette.ts';
import { createStillCanvas, type Paint, type StillCanvas } from './paint/still-canvas.ts';
import { grown, overlaps } from './scene/bezier.ts';
import { boxesOf, cardRect, type PlacedLink, placeLinks, restingLinks, sameLink } from './scene/scene.ts';
import { useStage } from './scene/stage.ts';
import type { View } from './view/view.ts';

const nothing: ReadonlySet<string> = new Set();
const noCards: readonly PlacedCard[] = [];
/** Below this zoom nobody reads what stands in a card, and it is drawn as a box until it is mounted. */
const readableZoom = 0.55;

/**
 * Draws what lies below the cards: the background's dots, all links, and far away the cards too. What lies still is drawn
 * once and moved with the view; what is dragged or below the pointer has a small canvas above it. Both are brought up to
 * date in the same commit in which React Flow moves the cards, so that links never lag behind.
 */
export function Backdrop() {
  const view = useWindow();
  const palette = usePalette();
  return palette === undefined || view.width === 0 ? null : (
    <>
      <Still view={view} palette={palette} />
      <Lively view={view} palette={palette} />
    </>
  );
}

function useWindow(): View {
  const x = useStore((flow) => flow.transform[0]);
  const y = useStore((flow) => flow.transform[1]);
  const zoom = useStore((flow) => flow.transform[2]);
  const width = useStore((flow) => flow.width);
  const height = useStore((flow) => flow.height);
  return { x, y, zoom, width, height, ratio: window.devicePixelRatio };
}

type Props = { readonly view: View; readonly palette: Palette };

function Still({ view, palette }: Props) {
  const ref = useRef<HTMLCanvasElement>(null);
  const still = useRef<StillCanvas>(undefined);
  const paint = useStillPaint(palette);
  useEffect(() => () => still.current?.close(), []);
  useLayoutEffect(() => {
    if (ref.current === null) return;
    still.current ??= createStillCanvas(ref.current);
    still.current.show(view, paint);
  });
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without tabindex takes no focus.
  return <canvas ref={ref} className={styles.backdrop} data-backdrop="still" aria-hidden="true" />;
}

/** What is drawn as long as nothing changes but the view: near, a card that grows changes nothing if no link moves with it. */
function useStillPaint(palette: Palette): Paint {
  const far = useStage((stage) => stage.far);
  const links = useStage(({ scene }) => restingLinks(scene));
  const drawn = useStage(({ scene }) => (far ? scene.drawn : undefined));
  const held = useStage((stage) => stage.held) ?? nothing;
  const lifted = useConnecting((state) => state.lifted);
  const selection = useSelection();
  const stillLinks = useMemo(() => {
    const isStill = ({ link }: PlacedLink) =>
      !held.has(link.from.node) && !held.has(link.to.node) && !lifted.some((one) => sameLink(one, link));
    return links.filter(isStill);
  }, [links, held, lifted]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` stands for all of the scene that is drawn from afar.
  const cards = useMemo(() => {
    if (!far) return noCards;
    const { scene } = useStage.getState();
    const boxes = boxesOf(scene);
    return [...scene.cards.values()].flatMap((card): PlacedCard[] => {
      const rect = boxes.get(card.id);
      return rect === undefined || held.has(card.id) ? [] : [{ card, rect }];
    });
  }, [drawn, far, held]);
  return useMemo(
    (): Paint => (context, area, zoom) => {
      const near = grown(area, linkReach / zoom);
      paintGround(context, area, palette);
      paintDots(context, area, zoom, palette);
      const seenLinks = stillLinks.filter(({ bounds }) => overlaps(bounds, near));
      paintLinks(context, seenLinks, zoom, palette, { hovered: undefined, raised: selection });
      const seenCards = cards.filter(({ rect }) => overlaps(rect, near));
      paintFarCards(context, seenCards, zoom, palette, { selection, failed: failedNow() });
    },
    [stillLinks, cards, selection, palette],
  );
}

function Lively({ view, palette }: Props) {
  const ref = useRef<HTMLCanvasElement>(null);
  const pictures = useMemo(() => new CardPictures(), []);
  const scene = useStage((stage) => stage.scene);
  const held = useStage((stage) => stage.held) ?? nothing;
  const moved = useStage((stage) => stage.moved);
  const hovered = useStage((stage) => stage.link);
  const far = useStage((stage) => stage.far);
  const waiting = useStage((stage) => stage.waiting);
  const selection = useSelection();
  const heldLinks = useMemo(
    () => (held.size === 0 ? [] : scene.links.filter(({ from, to }) => held.has(from.node) || held.has(to.node))),
    [scene.links, held],
  );
  useLayoutEffect(() => {
    if (ref.current === null) return;
    const links = placeLinks(scene, hovered === undefined ? heldLinks : [...heldLinks, hovered], moved);
    const cards = [...(far ? held : waiting)].flatMap((id): PlacedCard[] => {
      const card = scene.cards.get(id);
      return card === undefined ? [] : [{ card, rect: cardRect(card, moved) }];
    });
    const boxes = [...links.map(({ bounds }) => bounds), ...cards.map(({ rect }) => rect)];
    paintLively(ref.current, view, boxes, linkReach, (context, area, zoom) => {
      paintLinks(context, links, zoom, palette, { hovered, raised: selection });
      const seen = cards.filter(({ rect }) => overlaps(rect, area));
      if (zoom < readableZoom) paintFarCards(context, seen, zoom, palette, { selection, failed: failedNow() });
      else pictures.paint(context, seen, palette, scene, zoom * view.ratio);
      const handle = far ? undefined : links.find(({ link }) => sameLink(link, hovered));
      if (handle !== undefined) paintLinkHandle(context, handle.curve, palette.socket(handle.link.type), palette);
    });
  });
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without tabindex takes no focus.
  return <canvas ref={ref} className={styles.backdrop} data-backdrop="lively" aria-hidden="true" hidden />;
}

function useSelection(): ReadonlySet<string> {
  return useEditor((state) => activeTab(state)?.selection) ?? nothing;
}

function failedNow(): ReadonlySet<string> {
  const tab = activeTab();
  return tab === undefined ? nothing : failedNodes(tab.id, tab.scope);
}
