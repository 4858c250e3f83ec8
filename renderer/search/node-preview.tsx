import type { InputSpec, NodeDescription } from '../../nodes/define.ts';
import { mainCategory } from '../canvas/paint/palette.ts';
import { labelOf } from '../i18n/labels.ts';
import styles from './search.module.css';

/** A node as its card will look, with what it does. */
export function NodePreview({ description }: { readonly description: NodeDescription }) {
  const inputs = Object.entries(description.inputs);
  const sockets = inputs.filter(([, spec]) => spec.kind === 'socket');
  const fields = inputs.filter(([, spec]) => spec.kind !== 'socket');
  const outputs = Object.entries(description.outputs);
  const rows = Math.max(sockets.length, outputs.length);
  return (
    <aside className={styles.preview}>
      <div className={styles.card} data-category={mainCategory(description.category)}>
        <header>{description.title}</header>
        {Array.from({ length: rows }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity.
          <div key={row} className={styles.row}>
            {sockets[row] === undefined ? <span /> : <SocketName name={sockets[row][0]} spec={sockets[row][1]} />}
            {outputs[row] !== undefined && (
              <span className={styles.out} data-socket={outputs[row][1].type}>
                {labelOf(outputs[row][0])}
                <i aria-hidden="true" />
              </span>
            )}
          </div>
        ))}
        {fields.map(([name, spec]) => (
          <div key={name} className={styles.field}>
            <span>{labelOf(name)}</span>
            <b>{valueText(spec)}</b>
          </div>
        ))}
      </div>
      <p>{description.description}</p>
    </aside>
  );
}

function SocketName({ name, spec }: { readonly name: string; readonly spec: InputSpec }) {
  return (
    <span className={styles.in} data-socket={spec.kind === 'socket' ? spec.type : 'value'}>
      <i aria-hidden="true" />
      {labelOf(name)}
    </span>
  );
}

function valueText(spec: InputSpec): string {
  if (spec.kind === 'socket' || spec.kind === 'file' || spec.kind === 'boolean') return '';
  return String(spec.default).slice(0, 24);
}
