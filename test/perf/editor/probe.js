// Runs in the page before its own scripts: counts renders of cards and drawings of links, and does gestures frame by frame while it takes the frames' times.

const renders = { cards: 0, ids: new Set() };

/** React tells its developer tools of every commit; the tools tell by the same flag whether a component has rendered. */
globalThis.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
  isDisabled: false,
  supportsFiber: true,
  renderers: new Map(),
  inject: () => 1,
  onScheduleFiberRoot() {},
  onCommitFiberUnmount() {},
  onPostCommitFiberRoot() {},
  onCommitFiberRoot: (_id, root) => visit(root.current, root.current.alternate),
};

const performedWork = 1;

function visit(fiber, before) {
  const { memoizedProps: props } = fiber;
  const isCard = typeof fiber.type === 'function' && props !== null && typeof props === 'object' && 'positionAbsoluteX' in props;
  if (isCard && (fiber.flags & performedWork) !== 0) {
    renders.cards++;
    renders.ids.add(props.id);
  }
  if (before !== null && fiber.child === before.child) return;
  for (let child = fiber.child; child !== null; child = child.sibling) {
    if (child.alternate === null || child !== child.alternate) visit(child, child.alternate);
  }
}

let draws = 0;

/** Only the picture of what lies still, with the links, is shown in this way. */
const { transferFromImageBitmap } = ImageBitmapRenderingContext.prototype;
ImageBitmapRenderingContext.prototype.transferFromImageBitmap = function (bitmap) {
  draws++;
  transferFromImageBitmap.call(this, bitmap);
};

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Takes `count` frames, doing a step in each; answers with the times between them and the renders of cards. */
async function run(count, step) {
  renders.cards = 0;
  renders.ids.clear();
  const times = [];
  let last = await frame();
  for (let index = 0; index < count; index++) {
    step(index);
    const now = await frame();
    times.push(now - last);
    last = now;
  }
  return { times, cardRenders: renders.cards, cards: renders.ids.size };
}

function send(target, type, x, y, more = {}) {
  const Kind = type.startsWith('pointer') ? PointerEvent : type === 'wheel' ? WheelEvent : MouseEvent;
  const init = { bubbles: true, cancelable: true, composed: true, view: window, clientX: x, clientY: y, ...more };
  target.dispatchEvent(new Kind(type, { pointerId: 1, isPrimary: true, button: 0, ...init }));
}

function press(target, x, y, more = {}) {
  send(target, 'pointerdown', x, y, { buttons: 1, ...more });
  send(target, 'mousedown', x, y, { buttons: 1, ...more });
}

function move(x, y, more = {}) {
  send(window, 'pointermove', x, y, { buttons: 1, ...more });
  send(window, 'mousemove', x, y, { buttons: 1, ...more });
}

function release(x, y) {
  send(window, 'pointerup', x, y);
  send(window, 'mouseup', x, y);
}

const pane = () => document.querySelector('.react-flow__pane');
const view = () => document.querySelector('.react-flow__viewport').style.transform;
const swing = (index, reach) => Math.round(Math.sin(index / 9) * reach);

/** The first card at or right of a point that can be taken hold of there; from afar a card is mounted once it is pointed at. */
async function cardNear(left, top) {
  for (let step = 0; step < 90; step++) {
    const x = left + (step % 30) * 5;
    const y = top + Math.floor(step / 30) * 7;
    send(document.elementFromPoint(x, y), 'pointermove', x, y);
    await frame();
    await frame();
    const found = document.elementFromPoint(x, y);
    const node = found.closest('.nodrag') === null ? found.closest('.react-flow__node') : null;
    if (node !== null) return { node, x, y };
  }
  return { node: undefined, x: left, y: top };
}

globalThis.probe = {
  idle: (count) => run(count, () => {}),
  busy: (count, ms) =>
    run(count, () => {
      const end = performance.now() + ms;
      while (performance.now() < end);
    }),
  async pan(count, x, y) {
    const before = view();
    press(pane(), x, y);
    const result = await run(count, (index) => move(x + swing(index + 1, 240), y + swing(index + 1, 120)));
    const moved = view() !== before;
    release(x, y);
    return { ...result, moved };
  },
  async zoom(count, x, y) {
    const before = view();
    let moved = false;
    const result = await run(count, (index) => {
      send(pane(), 'wheel', x, y, { deltaY: index % 40 < 20 ? 12 : -12 });
      moved ||= view() !== before;
    });
    return { ...result, moved };
  },
  /** Drags what lies at a point. `read` tells where it is, to see that it has moved. */
  async drag(count, left, top) {
    const { node, x, y } = await cardNear(left, top);
    if (node === undefined) return { times: [], cardRenders: 0, cards: 0, moved: false };
    const before = node.style.transform;
    press(document.elementFromPoint(x, y), x, y);
    let moved = false;
    const result = await run(count, (index) => {
      move(x + 4 + swing(index + 1, 90), y + swing(index + 1, 60));
      moved ||= node.style.transform !== before;
    });
    release(x, y);
    return { ...result, moved };
  },
  /** Where a point of the graph is in the window. */
  toScreen(x, y) {
    const { left, top } = pane().getBoundingClientRect();
    const { a, e, f } = new DOMMatrix(view());
    return [left + x * a + e, top + y * a + f];
  },
  async type(count) {
    const area = document.querySelector('textarea');
    if (area === null) return { times: [], cardRenders: 0, cards: 0, moved: false };
    const setValue = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set;
    area.focus();
    const before = area.value;
    const result = await run(count, () => {
      setValue.call(area, `${area.value}a`);
      area.dispatchEvent(new Event('input', { bubbles: true }));
    });
    return { ...result, moved: area.value.length === before.length + count };
  },
  /** How often the links have been drawn since the page was loaded. */
  draws: () => draws,
  mounted: () => document.querySelectorAll('.react-flow__node').length,
};
