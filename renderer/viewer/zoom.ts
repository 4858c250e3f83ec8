/** How a picture is seen: its top left corner in the pane, and how many pane pixels one of its pixels takes. */
export type Look = { readonly x: number; readonly y: number; readonly scale: number };

type Size = { readonly width: number; readonly height: number };

const mostScale = 32;

/** The whole picture in the middle of the pane; small ones not enlarged beyond four times their size. */
export function fitted(picture: Size, pane: Size): Look {
  const scale = Math.min(pane.width / picture.width, pane.height / picture.height, 4);
  return centred(picture, pane, scale);
}

/** The picture in the middle of the pane. */
export function centred(picture: Size, pane: Size, scale: number): Look {
  return { x: (pane.width - picture.width * scale) / 2, y: (pane.height - picture.height * scale) / 2, scale };
}

/** Zooms so that what lies below a point of the pane stays there. */
export function zoomedAt({ x, y, scale }: Look, point: { readonly x: number; readonly y: number }, factor: number, least: number): Look {
  const next = Math.min(mostScale, Math.max(Math.min(least, 1), scale * factor));
  const ratio = next / scale;
  return { x: point.x - (point.x - x) * ratio, y: point.y - (point.y - y) * ratio, scale: next };
}
