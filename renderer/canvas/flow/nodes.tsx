import { type NodeTypes, type OnMove, ReactFlow } from '@xyflow/react';
import { memo } from 'react';
import { useTranslation } from '../../i18n/texts.tsx';
import { GroupFrame, NoteCard } from '../cards/frames.tsx';
import { NodeCard } from '../cards/node-card.tsx';
import {
  onNodeClick,
  onNodeContextMenu,
  onNodeDrag,
  onNodeDragStart,
  onNodeDragStop,
  onPaneClick,
  onPaneContextMenu,
} from './flow-events.ts';
import { useFlowNodes } from './flow-nodes.ts';
import styles from './nodes.module.css';

const nodeTypes: NodeTypes = { card: NodeCard, frame: GroupFrame, note: NoteCard };
/** The left and the middle button. */
const panButtons = [0, 1];
const proOptions = { hideAttribution: true };

type Props = { readonly onMove: OnMove; readonly onMoveEnd: OnMove };

/**
 * What React Flow mounts and moves. All that it is given but the nodes stays the same from render to render: it hands its
 * callbacks on to every node, which would all render again.
 */
export const Nodes = memo(function Nodes({ onMove, onMoveEnd }: Props) {
  const { t } = useTranslation();
  return (
    <ReactFlow
      className={styles.flow}
      aria-label={t('canvas.label')}
      nodes={useFlowNodes()}
      nodeTypes={nodeTypes}
      minZoom={0.05}
      maxZoom={3}
      nodesConnectable={false}
      nodesFocusable={false}
      elementsSelectable={false}
      elevateNodesOnSelect={false}
      disableKeyboardA11y
      zoomOnDoubleClick={false}
      deleteKeyCode={null}
      selectionKeyCode={null}
      multiSelectionKeyCode={null}
      panActivationKeyCode={null}
      zoomActivationKeyCode={null}
      panOnDrag={panButtons}
      nodeDragThreshold={3}
      proOptions={proOptions}
      onMove={onMove}
      onMoveEnd={onMoveEnd}
      onPaneClick={onPaneClick}
      onPaneContextMenu={onPaneContextMenu}
      onNodeContextMenu={onNodeContextMenu}
      onNodeClick={onNodeClick}
      onNodeDragStart={onNodeDragStart}
      onNodeDrag={onNodeDrag}
      onNodeDragStop={onNodeDragStop}
    />
  );
});
