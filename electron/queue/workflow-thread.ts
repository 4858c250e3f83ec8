import { workerData } from 'node:worker_threads';
import type { Catalog } from '../../workflows/graph.ts';
import { serve } from '../background/serve.ts';
import { createWorkflowMethods } from './workflow-methods.ts';

serve(() => createWorkflowMethods(workerData as Catalog));
