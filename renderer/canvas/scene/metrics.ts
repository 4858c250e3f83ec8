/** Sizes of cards in canvas units; the style sheets of the cards take theirs from here by way of custom properties. */
/** What dragged cards snap to. */
export const grid = 8;
/** Between the dots of the background. */
export const dotGap = 24;
/** A reroute's card: a dot with room to take hold of it. */
export const rerouteSize = { width: 36, height: 20 };
export const headerHeight = 30;
export const socketRowHeight = 24;
export const fieldRowHeight = 30;
/** Of the line below a seed that moves on by itself. */
export const usedSeedHeight = 20;
export const lineHeight = 18;
/** What a text area needs beside its lines: padding, and the gap to the next row. */
export const textAreaPadding = 18;
export const bodyPadding = 8;
export const failureHeight = 46;
export const thumbnailHeight = 132;
/** Margin left and right of what lies in a card. */
export const sidePadding = 10;
export const minCardWidth = 140;
/** Below this zoom cards are drawn as boxes: nobody could read their fields. */
const farZoom = 0.4;
/** That of graphs which are small enough to be mounted whole. */
const farZoomOfFew = 0.22;
const few = 60;

export function farZoomOf(cards: number): number {
  return cards > few ? farZoom : farZoomOfFew;
}
