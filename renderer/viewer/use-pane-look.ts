import { type RefObject, useLayoutEffect, useState } from 'react';
import { fitted, type Look, zoomedAt } from './zoom.ts';

/**
 * How a picture is seen in a pane: as a whole at first, and again when the pane's size changes; the wheel zooms. Undefined
 * until the pane has been measured.
 */
export function usePaneLook({ width, height }: { readonly width: number; readonly height: number }, pane: RefObject<HTMLElement | null>) {
  const [look, setLook] = useState<Look>();
  useLayoutEffect(() => {
    const element = pane.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setLook(fitted({ width, height }, element.getBoundingClientRect())));
    observer.observe(element);
    // React listens to the wheel passively, where the page could not be kept from zooming.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const point = { x: event.clientX - box.x, y: event.clientY - box.y };
      const least = fitted({ width, height }, box).scale;
      setLook((now) => now && zoomedAt(now, point, Math.exp(-event.deltaY * 0.002), least));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener('wheel', onWheel);
    };
  }, [pane, width, height]);
  return [look, setLook] as const;
}
