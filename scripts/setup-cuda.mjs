// `npm run setup:cuda`: fetches the CUDA libraries of onnxruntime-node, which a plain install leaves out.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const packageFolder = dirname(require.resolve('onnxruntime-node/package.json'));
console.log(
  'Fetching the CUDA 12 libraries of ONNX Runtime (about 300 MB); they need an NVIDIA driver, CUDA 12 and cuDNN 9 on this machine.',
);
// .npmrc's `onnxruntime-node-install=skip` reaches every npm script through this variable, and it would win.
const { npm_config_onnxruntime_node_install: _skip, ...environment } = process.env;
const result = spawnSync(process.execPath, [join(packageFolder, 'script', 'install.js')], {
  cwd: packageFolder,
  stdio: 'inherit',
  env: { ...environment, ONNXRUNTIME_NODE_INSTALL: 'cuda12' },
});
if (result.status !== 0) {
  console.error('The CUDA libraries could not be fetched; the message above says why. Weft goes on without them, on the CPU.');
  process.exit(1);
}
console.log('Done.');
