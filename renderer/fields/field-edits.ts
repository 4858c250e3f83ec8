import { setField } from '../../workflows/edits/nodes.ts';
import type { FieldValue } from '../../workflows/graph.ts';
import { edit } from '../state/editor.ts';

/** Writes a value into a field; `gesture` names what belongs to one drag, which is one step however long it takes. */
export function writeField(id: string, name: string, value: FieldValue, gesture?: string): void {
  const group = gesture === undefined ? { group: `field ${id} ${name}` } : { group: gesture, pause: Number.POSITIVE_INFINITY };
  edit('edits.field', (workflow) => setField(workflow, id, name, value), group);
}

/** What every field is told. */
export type FieldProps = {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly tooltip?: string;
};
