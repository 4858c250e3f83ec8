import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement } from 'react';
import { Keys } from './keys.tsx';
import styles from './tooltip.module.css';

type Props = {
  readonly text: string;
  /** The shortcut as it is shown, such as `Ctrl+S`. */
  readonly keys?: string;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  /** One element that takes a ref and the events of a trigger. */
  readonly children: ReactElement;
};

/** Says what an element is for, under the pointer and under the focus. Needs `Tooltips` around it. */
export function Tooltip({ text, keys, side = 'bottom', children }: Props) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className={styles.positioner}>
          <Base.Popup className={styles.popup}>
            {text}
            {keys !== undefined && <Keys keys={keys} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Around everything that has tooltips: the second one opens at once. */
export const Tooltips = Base.Provider;
