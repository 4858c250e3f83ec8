import i18next from 'i18next';
import type { KeyboardEvent } from 'react';
import { disconnect } from '../../../workflows/edits/links.ts';
import { edit } from '../../state/editor.ts';
import { notify } from '../../ui/toast.tsx';
import { finishConnecting } from './connect.ts';
import { aimAt, type SocketPlace, startConnecting, stopConnecting, useConnecting } from './connecting.ts';

/**
 * Enter on a socket takes up a link, Enter on another one puts it down there, Escape lets go. Delete takes the link off
 * an input. While a link is in the hand, Tab goes through all sockets, and those that don't fit say why.
 */
export function pressSocket(event: KeyboardEvent, socket: SocketPlace): void {
  const { start, lifted } = useConnecting.getState();
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    event.stopPropagation();
    if (start === undefined) {
      startConnecting(socket, event.shiftKey);
      notify({ text: i18next.t('canvas.linkTaken') });
      return;
    }
    aimAt(socket, socket.node);
    finishConnecting(start, useConnecting.getState().target, lifted);
    stopConnecting();
  } else if (event.key === 'Escape' && start !== undefined) {
    event.stopPropagation();
    stopConnecting();
  } else if ((event.key === 'Delete' || event.key === 'Backspace') && socket.side === 'input') {
    event.preventDefault();
    event.stopPropagation();
    edit('edits.disconnect', (workflow) => disconnect(workflow, { node: socket.node, input: socket.name }));
  }
}
