import { ArrowDown, ArrowUp, Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { titleOf } from '../../workflows/node-names.ts';
import { own } from '../../workflows/own.ts';
import { type HiddenPlaces, hiddenPlaces } from '../../workflows/port-places.ts';
import type { Subgraph } from '../../workflows/schema.ts';
import { portsId } from '../app/places.ts';
import { labelOf } from '../i18n/labels.ts';
import { useTranslation } from '../i18n/texts.tsx';
import { activeTab, useEditor } from '../state/editor.ts';
import { giveOutside, movePort, promote, removePort, renamePort } from '../state/ports.ts';
import { IconButton } from '../ui/icon-button.tsx';
import styles from './subgraph-ports.module.css';

type Side = 'inputs' | 'outputs';

/** What a subgraph shows outside, to be renamed, put in order and hidden, and what else it could show. */
export function SubgraphPorts({ subgraph }: { readonly subgraph: string }) {
  const { t } = useTranslation();
  const definition = useEditor((state) => own(activeTab(state)?.workflow.subgraphs ?? {}, subgraph));
  if (definition === undefined) return null;
  return (
    <section id={portsId} className={styles.ports} aria-label={t('ports.title')}>
      <h3 className={styles.heading}>{t('ports.title')}</h3>
      <Shown subgraph={subgraph} side="inputs" ports={definition.inputs} />
      <Shown subgraph={subgraph} side="outputs" ports={definition.outputs} />
      <Hidden subgraph={subgraph} definition={definition} />
    </section>
  );
}

type ShownProps = { readonly subgraph: string; readonly side: Side; readonly ports: Subgraph[Side] };

function Shown({ subgraph, side, ports }: ShownProps) {
  const { t } = useTranslation();
  return (
    <>
      <h4 className={styles.side}>{t(`ports.${side}`)}</h4>
      {ports.length === 0 && <p className={styles.empty}>{t(`ports.none.${side}`)}</p>}
      <ul>
        {ports.map(({ name, type }, index) => (
          <li key={name} className={styles.row} data-socket={type}>
            <span className={styles.socket} />
            <PortName subgraph={subgraph} side={side} name={name} />
            <IconButton
              size="small"
              label={t('ports.up', { name })}
              icon={<ArrowUp size={14} />}
              disabled={index === 0}
              onClick={() => movePort(subgraph, side, name, index - 1)}
            />
            <IconButton
              size="small"
              label={t('ports.down', { name })}
              icon={<ArrowDown size={14} />}
              disabled={index === ports.length - 1}
              onClick={() => movePort(subgraph, side, name, index + 1)}
            />
            <IconButton
              size="small"
              label={t('ports.hide', { name })}
              icon={<EyeOff size={14} />}
              onClick={() => removePort(subgraph, side, name)}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

/** The name of an input or output, to be written over. */
function PortName({ subgraph, side, name }: { readonly subgraph: string; readonly side: Side; readonly name: string }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<string>();
  const finish = () => {
    if (draft !== undefined && draft.trim() !== '') renamePort(subgraph, side, name, draft.trim());
    setDraft(undefined);
  };
  return (
    <input
      className={styles.name}
      aria-label={t('ports.rename', { name })}
      value={draft ?? name}
      maxLength={100}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === 'Enter') finish();
        else if (event.key === 'Escape') setDraft(undefined);
      }}
    />
  );
}

function Hidden({ subgraph, definition }: { readonly subgraph: string; readonly definition: Subgraph }) {
  const { t } = useTranslation();
  const workflow = useEditor((state) => activeTab(state)?.workflow);
  const catalog = useEditor((state) => state.catalog);
  const places = workflow === undefined ? [] : hiddenPlaces(workflow, catalog, subgraph);
  if (places.length === 0) return null;
  return (
    <details className={styles.hidden}>
      <summary>{t('ports.more')}</summary>
      {places.map((place) => (
        <HiddenOf key={place.node} subgraph={subgraph} title={titleOf(definition.nodes[place.node], place.description)} place={place} />
      ))}
    </details>
  );
}

type HiddenProps = { readonly subgraph: string; readonly title: string; readonly place: HiddenPlaces };

function HiddenOf({ subgraph, title, place: { node, description, inputs, outputs } }: HiddenProps) {
  const { t } = useTranslation();
  const rows = [
    ...inputs.map((name) => {
      const spec = description.inputs[name];
      return {
        key: `input ${name}`,
        name,
        type: spec.kind === 'socket' ? spec.type : 'value',
        show: () => promote(subgraph, { node, input: name }),
      };
    }),
    ...outputs.map((name) => {
      return {
        key: `output ${name}`,
        name,
        type: description.outputs[name].type,
        show: () => giveOutside(subgraph, { node, output: name }),
      };
    }),
  ];
  return (
    <>
      <h4 className={styles.side}>{title}</h4>
      <ul>
        {rows.map(({ key, name, type, show }) => (
          <li key={key} className={styles.row} data-socket={type}>
            <span className={styles.socket} />
            <span className={styles.name}>{labelOf(name)}</span>
            <IconButton size="small" label={t('ports.show', { name: labelOf(name), title })} icon={<Eye size={14} />} onClick={show} />
          </li>
        ))}
      </ul>
    </>
  );
}
