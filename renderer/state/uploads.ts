import type { Answer } from '../../electron/bridge/contract.ts';
import { bridge } from './bridge.ts';
import { useEditor } from './editor.ts';

/** Puts a picture (in base64) into `input/`; answers with its name there, which workflows can name from then on. */
export async function uploadInput(name: string, bytes: string): Promise<Answer<'input.upload'>> {
  const answer = await bridge.call('input.upload', { name, bytes });
  // Not to wait for the news of changed folders: a run that is asked for before would be refused.
  if (answer.ok)
    useEditor.setState(({ files }) =>
      files.input === undefined ? {} : { files: { ...files, input: withName(files.input, answer.value.name) } },
    );
  return answer;
}

function withName(names: readonly string[], name: string): readonly string[] {
  return names.includes(name) ? names : [...names, name].sort();
}
