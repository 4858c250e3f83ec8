import { workerData } from 'node:worker_threads';
import { serve } from '../background/serve.ts';
import { createStorageMethods } from './storage-methods.ts';

serve(() => createStorageMethods(String(workerData)));
