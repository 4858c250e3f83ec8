import type { InputSpec, NodeDescription } from '../../nodes/define.ts';
import { isLink, type WorkflowInput } from '../../workflows/schema.ts';
import { Field } from '../fields/field.tsx';
import { labelOf, limitsText, socketTypeText } from '../i18n/labels.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { activeTab } from '../state/editor.ts';
import { useNode } from '../state/hooks.ts';
import styles from './node-fields.module.css';
import { nodeName } from './tab-problems.ts';

type Props = { readonly id: string; readonly description: NodeDescription };

/** Every input of a node with what it is for, and its outputs. */
export function NodeFields({ id, description }: Props) {
  const { t } = useTranslation();
  const node = useNode(id);
  const inputs = Object.entries(description.inputs);
  const outputs = Object.entries(description.outputs);
  return (
    <>
      {inputs.length > 0 && (
        <section>
          <h3 className={styles.heading}>{t('inspector.inputs')}</h3>
          <dl className={styles.list}>
            {inputs.map(([name, spec]) => (
              <Input key={name} id={id} name={name} spec={spec} value={node?.inputs[name]} />
            ))}
          </dl>
        </section>
      )}
      {outputs.length > 0 && (
        <section>
          <h3 className={styles.heading}>{t('inspector.outputs')}</h3>
          <ul className={styles.outputs}>
            {outputs.map(([name, { type, list }]) => (
              <li key={name} data-socket={type} className={styles.output}>
                <span className={styles.socket} />
                {labelOf(name)}
                <span className={styles.type}>{list ? t('inspector.listOf', { type }) : type}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

type InputProps = { readonly id: string; readonly name: string; readonly spec: InputSpec; readonly value: WorkflowInput | undefined };

function Input({ id, name, spec, value }: InputProps) {
  const limits = limitsText(spec);
  return (
    <div className={styles.input} data-socket={spec.kind === 'socket' ? spec.type : 'FIELD'}>
      <dt className={isNamed(spec, value) ? 'visually-hidden' : styles.name}>
        <span className={styles.socket} />
        {labelOf(name)}
        <span className={styles.type}>{spec.kind === 'socket' && socketTypeText(spec)}</span>
      </dt>
      <dd className={styles.value}>
        <Value id={id} name={name} spec={spec} value={value} />
        {(spec.tooltip !== undefined || limits !== undefined) && (
          <p className={styles.tooltip}>
            {spec.tooltip} {limits !== undefined && <span className={styles.domain}>{limits}</span>}
          </p>
        )}
      </dd>
    </div>
  );
}

/** Whether the control itself says what it is called. */
function isNamed({ kind }: InputSpec, value: WorkflowInput | undefined): boolean {
  const isLinked = value !== undefined && isLink(value);
  return !isLinked && (kind === 'int' || kind === 'float' || kind === 'seed' || kind === 'boolean' || kind === 'combo');
}

function Value({ id, name, spec, value }: InputProps) {
  const { t } = useTranslation();
  if (value !== undefined && isLink(value)) {
    const [node, output] = value.link;
    const scope = activeTab()?.scope ?? [];
    return (
      <p className={styles.from}>{t('inspector.from', { node: nodeName([...scope, node].join('/')) ?? node, output: labelOf(output) })}</p>
    );
  }
  return spec.kind === 'socket' ? null : <Field id={id} name={name} label={labelOf(name)} spec={spec} value={value} />;
}
