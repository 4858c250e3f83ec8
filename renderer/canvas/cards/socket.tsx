import type { KeyboardEvent, PointerEvent } from 'react';
import type { SocketType } from '../../../nodes/types.ts';
import { useTranslation } from '../../i18n/texts.tsx';
import { pressSocket } from '../connecting/connect-by-keyboard.ts';
import { dragLink } from '../connecting/connect-by-pointer.ts';
import { fitOf, useConnecting } from '../connecting/connecting.ts';
import { outputKey } from '../scene/scene.ts';
import { useStage } from '../scene/stage.ts';
import styles from './card.module.css';

type Props = {
  readonly node: string;
  readonly side: 'input' | 'output';
  readonly name: string;
  readonly label: string;
  readonly type: SocketType | undefined;
  readonly linked: boolean;
  /** The socket of a field, which shows only where it is linked or a link is being drawn. */
  readonly quiet?: boolean;
};

/** The dot on a card's edge at which links start and end. */
export function Socket({ node, side, name, label, type, linked, quiet = false }: Props) {
  const { t } = useTranslation();
  const fit = useConnecting((state) => fitOf(state, { side, node, name }));
  const describe = side === 'input' ? 'canvas.input' : 'canvas.output';
  return (
    <button
      type="button"
      className={`${styles.socket} nodrag nopan`}
      data-side={side}
      data-socket={type ?? 'value'}
      data-name={name}
      data-linked={linked || undefined}
      data-quiet={quiet || undefined}
      data-fit={fit}
      aria-label={t(describe, { name: label, type: type ?? '?', state: t(linked ? 'canvas.linked' : 'canvas.notLinked') })}
      onPointerDown={(event: PointerEvent<HTMLElement>) => {
        if (event.button === 0 && !event.altKey) dragLink(event, { side, node, name });
      }}
      onKeyDown={(event: KeyboardEvent) => pressSocket(event, { side, node, name })}
    >
      <i aria-hidden="true" />
    </button>
  );
}

/** Whether anything is linked to an output. */
export function useOutputLinked(node: string, output: string): boolean {
  return useStage(({ scene }) => scene.linkedOutputs.has(outputKey({ node, output })));
}
