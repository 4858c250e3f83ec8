import type { InputSpec } from '../nodes/define.ts';
import type { SocketType } from '../nodes/types.ts';

/** The type of the values that an input takes: a socket's own, or that of a field's value. */
export function typeOfInput(spec: InputSpec): SocketType {
  switch (spec.kind) {
    case 'socket':
      return spec.type;
    case 'int':
    case 'seed':
      return 'INT';
    case 'float':
      return 'FLOAT';
    case 'boolean':
      return 'BOOLEAN';
    case 'text':
    case 'combo':
    case 'file':
      return 'STRING';
  }
}

/** Whether values of one type may go where another is taken: equal types do, and whole numbers serve as numbers. */
export function typeFits(from: SocketType, to: SocketType): boolean {
  return from === to || (from === 'INT' && to === 'FLOAT');
}

/** Whether an output of a type may be linked to an input. */
export function fitsInput(from: SocketType, input: InputSpec): boolean {
  return typeFits(from, typeOfInput(input));
}
