import { ReactFlowProvider } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useEffect } from 'react';
import { Flow } from './flow.tsx';
import { followEditor } from './scene/stage.ts';

/** The graph that is shown, to look at and to edit. */
export function Canvas() {
  useEffect(followEditor, []);
  return (
    <ReactFlowProvider>
      <Flow />
    </ReactFlowProvider>
  );
}
