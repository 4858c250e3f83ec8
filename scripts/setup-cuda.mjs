// `npm run setup:cuda`: fetches the CUDA libraries of onnxruntime-node, which a plain install leaves out.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const packageFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
const library = join(packageFolder, 'bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so');

function end(message, code) {
  console.log(message);
  process.exit(code);
}

if (process.platform !== 'linux' || process.arch !== 'x64')
  end('ONNX Runtime has CUDA libraries for Linux on x64 only: nothing to fetch here.', 1);
if (existsSync(library)) end('The CUDA libraries are there already.', 0);
console.log(
  'Fetching the CUDA 12 libraries of ONNX Runtime (about 300 MB); they need an NVIDIA driver, CUDA 12 and cuDNN 9 on this machine.',
);
// `true`, since the script takes no notice of `cuda12`; the variable wins over the `skip` of .npmrc.
spawnSync(process.execPath, [join(packageFolder, 'script/install.js')], {
  cwd: packageFolder,
  stdio: 'inherit',
  env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'true' },
});
if (!existsSync(library)) {
  end('The CUDA libraries could not be fetched; the message above says why. Weft goes on without them, on the CPU.', 1);
}
end('Done.', 0);
