import type { Card, Scene } from '../scene/scene.ts';
import type { Picture2d, PlacedCard } from './paint.ts';
import { paintCard } from './paint-card.ts';
import type { Palette } from './palette.ts';

type Drawn = { readonly picture: OffscreenCanvas; readonly scale: number; readonly palette: Palette; readonly scene: Scene };

/** What sockets reach beyond their card, in pixels at 100 %. */
const reach = 8;
/** More are not on the way into view at once. */
const mostKept = 48;

/** Draws cards at any place by pictures of them, each drawn once: writing its texts takes far longer than copying it. */
export class CardPictures {
  readonly #drawn = new Map<Card, Drawn>();

  /** `scale`: pixels of the screen to one of the graph. */
  paint(context: Picture2d, cards: Iterable<PlacedCard>, palette: Palette, scene: Scene, scale: number): void {
    for (const { card, rect } of cards) {
      const { picture } = this.#drawnCard(card, palette, scene, scale);
      context.drawImage(picture, rect.x - reach, rect.y - reach, picture.width / scale, picture.height / scale);
    }
  }

  #drawnCard(card: Card, palette: Palette, scene: Scene, scale: number): Drawn {
    const known = this.#drawn.get(card);
    if (known?.scale === scale && known.palette === palette && known.scene === scene) return known;
    const { width, height } = card.layout;
    const picture = new OffscreenCanvas(Math.ceil((width + 2 * reach) * scale), Math.ceil((height + 2 * reach) * scale));
    const context = picture.getContext('2d');
    if (context !== null) {
      context.scale(scale, scale);
      paintCard(context, { card, rect: { x: reach, y: reach, width, height } }, palette, scene);
    }
    const drawn = { picture, scale, palette, scene };
    this.#drawn.delete(card);
    this.#drawn.set(card, drawn);
    for (const oldest of this.#drawn.keys()) {
      if (this.#drawn.size <= mostKept) break;
      this.#drawn.delete(oldest);
    }
    return drawn;
  }
}
