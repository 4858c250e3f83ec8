import { useStore } from '@xyflow/react';
import { useLayoutEffect, useRef } from 'react';
import { activeTab, useEditor } from '../state/editor.ts';
import { nodeRun } from '../state/runs.ts';
import styles from './canvas.module.css';
import { useConnecting } from './connecting.ts';
import { enterGraph, paintDots, paintFarCards, paintLinkHandle, paintLinks, type Window } from './paint.ts';
import { usePalette } from './palette.ts';
import { curveOf } from './scene.ts';
import { useStage } from './stage.ts';

const nothing: ReadonlySet<string> = new Set();

/**
 * Draws what lies below the cards on one canvas: the background's dots, all links, and far away the cards too. It is drawn in the same
 * commit in which React Flow moves the cards, so that links never lag behind.
 */
export function Backdrop() {
  const ref = useRef<HTMLCanvasElement>(null);
  const x = useStore((flow) => flow.transform[0]);
  const y = useStore((flow) => flow.transform[1]);
  const zoom = useStore((flow) => flow.transform[2]);
  const width = useStore((flow) => flow.width);
  const height = useStore((flow) => flow.height);
  const { scene, moved, far, link } = useStage();
  const lifted = useConnecting((state) => state.lifted);
  const selection = useEditor((state) => activeTab(state)?.selection) ?? nothing;
  const palette = usePalette();

  useLayoutEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context || palette === undefined || width === 0) return;
    const ratio = window.devicePixelRatio;
    const size = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== size[0]) canvas.width = size[0];
    if (canvas.height !== size[1]) canvas.height = size[1];
    const view: Window = { x, y, zoom, width, height };
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    enterGraph(context, view, ratio);
    paintDots(context, view, palette);
    paintLinks(context, scene, view, palette, { moved, hovered: link, raised: selection, lifted });
    const curve = link === undefined || far ? undefined : curveOf(scene, link, moved);
    if (link !== undefined && curve !== undefined) paintLinkHandle(context, curve, palette.socket(link.type), palette);
    if (far) {
      const tab = activeTab();
      const failed = (id: string) => tab !== undefined && nodeRun(tab.id, [...tab.scope, id].join('/')).state === 'failed';
      paintFarCards(context, scene, view, palette, { moved, selection, failed });
    }
  }, [x, y, zoom, width, height, scene, moved, far, link, lifted, selection, palette]);

  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without tabindex takes no focus.
  return <canvas ref={ref} className={styles.backdrop} aria-hidden="true" />;
}
