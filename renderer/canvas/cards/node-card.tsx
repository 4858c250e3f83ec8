import { type NodeProps, NodeResizeControl } from '@xyflow/react';
import { memo, useId, useMemo, useState } from 'react';
import { setSize } from '../../../workflows/edits/nodes.ts';
import { titleOf } from '../../../workflows/node-names.ts';
import { rerouteType } from '../../../workflows/reroute.ts';
import { isLink } from '../../../workflows/schema.ts';
import { subgraphOfType } from '../../../workflows/subgraph-types.ts';
import { Field } from '../../fields/field.tsx';
import { labelOf } from '../../i18n/labels.ts';
import { said } from '../../i18n/sentences.ts';
import { useTranslation } from '../../i18n/texts.tsx';
import { activeTab, edit, select, showScope } from '../../state/editor.ts';
import { useField } from '../../state/hooks.ts';
import { useNodeProblem } from '../../state/problems.ts';
import { mainCategory } from '../paint/palette.ts';
import type { CardRow } from '../scene/card-layout.ts';
import { headerHeight, minCardWidth } from '../scene/metrics.ts';
import type { Card } from '../scene/scene.ts';
import { useStage } from '../scene/stage.ts';
import styles from './card.module.css';
import { CardTitle } from './card-title.tsx';
import { Failure, Media } from './node-media.tsx';
import { RunBadge, RunFrame } from './run-badge.tsx';
import { Socket, useOutputLinked } from './socket.tsx';

/** A node's card. React Flow gives it its place and size; what it shows, it reads from the stores by its id. */
export const NodeCard = memo(function NodeCard({ id, selected, dragging }: NodeProps) {
  const card = useStage(({ scene }) => scene.cards.get(id));
  const far = useStage((stage) => stage.far);
  if (card === undefined) return null;
  if (far) return <div className={styles.far} data-card={id} />;
  if (card.node.type === rerouteType) return <Reroute card={card} selected={selected} />;
  return <OpenCard card={card} selected={selected} dragging={dragging} />;
});

function OpenCard({ card, selected, dragging }: { readonly card: Card; readonly selected: boolean; readonly dragging: boolean }) {
  const { id, node, description, known, layout } = card;
  const { t } = useTranslation();
  const problem = useNodeProblem(id)?.what;
  const trouble = problem && said(problem);
  const stateId = useId();
  // Nobody resizes a card before having pointed at it, and what it takes for that is a good part of what a card costs.
  const [isPointed, setPointed] = useState(false);
  const mode = node.mode ?? 'active';
  const inner = subgraphOfType(node.type) !== undefined;
  const title = titleOf(node, description);
  return (
    <article
      className={styles.card}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move, mute and open the card that has the focus.
      tabIndex={0}
      data-card={id}
      data-category={mainCategory(description.category)}
      data-mode={mode}
      data-selected={selected || undefined}
      data-dragging={dragging || undefined}
      data-collapsed={node.collapsed || undefined}
      data-unknown={!known || undefined}
      aria-label={t('canvas.nodeLabel', { title, type: description.title })}
      aria-describedby={stateId}
      onPointerEnter={() => setPointed(true)}
      onFocus={(event) => {
        if (event.target === event.currentTarget && event.currentTarget.matches(':focus-visible')) select([id]);
      }}
      style={node.color === undefined ? undefined : { ['--category' as string]: node.color }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a command enters subgraphs as well. */}
      <header className={styles.header} onDoubleClick={inner ? () => enterSubgraph(id) : undefined}>
        <CardTitle id={id} title={title} renamesOnDoubleClick={!inner} />
        <span id={stateId} className={styles.runState}>
          <RunBadge id={id} mode={mode} trouble={trouble ?? (known ? undefined : t('canvas.unknownType', { type: node.type }))} />
        </span>
      </header>
      {node.collapsed === true ? <CollapsedSockets card={card} /> : <Body card={card} />}
      <RunFrame id={id} trouble={trouble !== undefined || !known} />
      {node.collapsed !== true && <Failure id={id} unknownType={known ? undefined : node.type} />}
      {node.collapsed !== true && <Media id={id} rect={layout.media} known={known} />}
      {isPointed && node.collapsed !== true && (
        <NodeResizeControl
          position="bottom-right"
          minWidth={minCardWidth}
          minHeight={headerHeight}
          onResize={(_event, { width, height }) =>
            edit('edits.resize', (workflow) => setSize(workflow, id, { width, height }), { group: `resize ${id}` })
          }
        />
      )}
    </article>
  );
}

function enterSubgraph(id: string): void {
  const tab = activeTab();
  if (tab !== undefined) showScope([...tab.scope, id]);
}

const Body = memo(function Body({ card }: { readonly card: Card }) {
  return card.layout.rows.map((row) => <Row key={row.kind === 'field' ? row.input : `sockets ${row.y}`} card={card} row={row} />);
});

function Row({ card, row }: { readonly card: Card; readonly row: CardRow }) {
  const style = { top: row.y, height: row.height };
  if (row.kind === 'field') {
    return (
      <div className={`${styles.fieldRow} nodrag nowheel`} data-row="field" style={style}>
        <FieldRow card={card} name={row.input} />
      </div>
    );
  }
  return (
    <div className={styles.socketRow} style={style}>
      {row.input === undefined ? <span /> : <InputSocket card={card} name={row.input} />}
      {row.output !== undefined && <OutputSocket card={card} name={row.output} />}
    </div>
  );
}

function InputSocket({ card, name }: { readonly card: Card; readonly name: string }) {
  const spec = card.description.inputs[name];
  const linked = useField(card.id, name) !== undefined;
  const type = spec.kind === 'socket' && card.known ? spec.type : undefined;
  const optional = spec.kind === 'socket' && spec.optional;
  return (
    <>
      <Socket node={card.id} side="input" name={name} label={labelOf(name)} type={type} linked={linked} />
      <span className={styles.inputName} data-names="input" data-optional={optional || undefined} title={spec.tooltip}>
        {labelOf(name)}
      </span>
    </>
  );
}

function OutputSocket({ card, name }: { readonly card: Card; readonly name: string }) {
  const linked = useOutputLinked(card.id, name);
  const { type } = card.description.outputs[name];
  return (
    <>
      <span className={styles.outputName} data-names="output">
        {labelOf(name)}
      </span>
      <Socket node={card.id} side="output" name={name} label={labelOf(name)} type={card.known ? type : undefined} linked={linked} />
    </>
  );
}

function FieldRow({ card, name }: { readonly card: Card; readonly name: string }) {
  const { t } = useTranslation();
  const value = useField(card.id, name);
  const spec = card.description.inputs[name];
  const label = labelOf(name);
  const linked = value !== undefined && isLink(value);
  const source = useStage(({ scene }) => {
    const from = linked ? scene.cards.get(value.link[0]) : undefined;
    return from && titleOf(from.node, from.description);
  });
  if (spec.kind === 'socket') return null;
  return (
    <>
      <Socket node={card.id} side="input" name={name} label={label} type={undefined} linked={linked} quiet />
      {linked ? (
        <div className={styles.linkedField}>
          <span>{label}</span>
          <span>{t('canvas.from', { title: source ?? '?' })}</span>
        </div>
      ) : (
        <Field id={card.id} name={name} label={label} spec={spec} value={value} />
      )}
    </>
  );
}

function CollapsedSockets({ card }: { readonly card: Card }) {
  const { inputs, outputs } = card.description;
  const first = Object.keys(inputs).find((name) => inputs[name].kind === 'socket') ?? Object.keys(inputs).at(0);
  const result = Object.keys(outputs).at(0);
  const spec = first === undefined ? undefined : inputs[first];
  return (
    <div className={styles.socketRow} style={{ top: 0, height: '100%' }}>
      {first !== undefined && (
        <Socket
          node={card.id}
          side="input"
          name={first}
          label={labelOf(first)}
          type={spec?.kind === 'socket' ? spec.type : undefined}
          linked={Object.values(card.node.inputs).some(isLink)}
        />
      )}
      {result !== undefined && (
        <Socket node={card.id} side="output" name={result} label={labelOf(result)} type={outputs[result].type} linked />
      )}
    </div>
  );
}

function Reroute({ card, selected }: { readonly card: Card; readonly selected: boolean }) {
  const { t } = useTranslation();
  const [port] = card.layout.inputs.keys();
  const type = useStage(({ scene }) => scene.links.find(({ from, to }) => from.node === card.id || to.node === card.id)?.type);
  const linked = useMemo(() => Object.values(card.node.inputs).some(isLink), [card.node.inputs]);
  const out = useOutputLinked(card.id, port);
  return (
    <section className={styles.reroute} data-card={card.id} data-selected={selected || undefined} aria-label={t('canvas.reroute')}>
      <Socket node={card.id} side="input" name={port} label={t('canvas.reroute')} type={type} linked={linked} />
      <Socket node={card.id} side="output" name={port} label={t('canvas.reroute')} type={type} linked={out} />
    </section>
  );
}
