import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemError } from '../../problem.ts';
import { detectCheckpoint } from '../detect.ts';
import { openTensorFile } from '../open-tensor-file.ts';
import { readTensor } from '../tensor-file.ts';
import { readPickle } from './pickle.ts';
import { readTorchFile } from './read.ts';
import { type TestValue, writeTorchLegacy, writeTorchZip, zip } from './torch-file.fixture.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-torch-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tensor = (values: readonly number[], shape: readonly number[], strides?: readonly number[]): TestValue => ({
  tensor: strides === undefined ? { values, shape } : { values, shape, strides },
});
const forms = [
  ['the present format', (path: string, value: TestValue) => writeTorchZip(path, value)],
  ['the present format of more than 4 GB', (path: string, value: TestValue) => writeTorchZip(path, value, { isWide: true })],
  ['the format of before version 1.6', writeTorchLegacy],
] as const;

const problemOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ProblemError);
  return String(error);
};
const withBytes = async (name: string, bytes: Buffer | string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
};

describe('a PyTorch file', () => {
  it.each(forms)('in %s gives the tensors of its state_dict where they lie', async (_, write) => {
    const path = join(folder, 'model.ckpt');
    const state = new Map([
      ['a.weight', tensor([1, 2, 3, 4, 5, 6], [2, 3])],
      ['a.bias', tensor([7.5], [])],
    ]);
    const noted = new Map([['exp_avg', tensor([9], [1])]]);
    await write(
      path,
      new Map<string, TestValue>([
        ['epoch', 3],
        ['optimizer', noted],
        ['state_dict', state],
        ['lr', 1e-4],
      ]),
    );
    const file = await openTensorFile(path);
    expect([...file.tensors.keys()]).toEqual(['a.weight', 'a.bias']);
    expect(await readTensor(file, 'a.weight')).toEqual({ data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] });
    expect(await readTensor(file, 'a.bias')).toEqual({ data: Float32Array.of(7.5), shape: [] });
  });

  it.each(forms)('in %s is data that readers of other kinds can walk', async (_, write) => {
    const path = join(folder, 'hyper.pt');
    const linear = new Map([['linear.0.weight', tensor([1, 2], [1, 2])]]);
    await write(
      path,
      new Map<string | number, TestValue>([
        [768, [linear, linear]],
        ['layer_structure', [1, 2, 1]],
        ['rate', -0.5],
      ]),
    );
    const { root } = await readTorchFile(path);
    expect(root).toMatchObject({ kind: 'dict' });
    const entries = root !== null && typeof root === 'object' && root.kind === 'dict' ? root.entries : new Map();
    expect(entries.get('layer_structure')).toEqual({ kind: 'list', items: [1, 2, 1] });
    expect(entries.get('rate')).toBe(-0.5);
    expect([...(await openTensorFile(path)).tensors.keys()]).toEqual(['768.0.linear.0.weight', '768.1.linear.0.weight']);
  });

  it('of another kind than asked for is named like any other file', async () => {
    const path = join(folder, 'esrgan.pth');
    await writeTorchZip(path, new Map([['params_ema', new Map([['model.1.sub.0.RDB1.conv1.0.weight', tensor([1], [1])]])]]));
    const text = await problemOf(openTensorFile(path).then(detectCheckpoint));
    expect(text).toContain('The file "esrgan.pth" is an upscaler; a whole checkpoint was expected.');
  });

  it('may mention what training programs note', async () => {
    const path = join(folder, 'noted.ckpt');
    const callback: TestValue = { call: ['pytorch_lightning.callbacks.model_checkpoint', 'ModelCheckpoint'], args: [] };
    const ordered: TestValue = { call: ['collections', 'OrderedDict'], args: [[['w', tensor([1], [1])]]] };
    await writeTorchZip(
      path,
      new Map([
        ['callbacks', callback],
        ['state_dict', ordered],
      ]),
    );
    expect([...(await openTensorFile(path)).tensors.keys()]).toEqual(['w']);
  });

  it('takes strides that say nothing', async () => {
    const path = join(folder, 'ones.pt');
    await writeTorchZip(path, new Map([['x', tensor([1, 2, 3], [1, 3, 1], [77, 1, 99])]]));
    expect((await readTensor(await openTensorFile(path), 'x')).data).toEqual(Float32Array.of(1, 2, 3));
  });

  it('is refused where a wanted tensor lies out of order, and not where an unwanted one does', async () => {
    const turned = tensor([1, 2, 3, 4], [2, 2], [1, 2]);
    const path = join(folder, 'turned.pt');
    await writeTorchZip(path, new Map([['x', turned]]));
    expect(await problemOf(openTensorFile(path))).toContain('"x" with its elements out of order');
    await writeTorchZip(
      path,
      new Map([
        ['junk', turned],
        ['state_dict', new Map([['y', tensor([1], [1])]])],
      ] as [string, TestValue][]),
    );
    expect([...(await openTensorFile(path)).tensors.keys()]).toEqual(['y']);
  });
});

describe('a PyTorch file that would run something', () => {
  const system: TestValue = { call: ['posix', 'system'], args: ['echo owned'] };
  it.each(forms)('in %s is refused by the name of what it asks for', async (_, write) => {
    const path = join(folder, 'evil.ckpt');
    await write(path, new Map([['state_dict', new Map([['w', system]])]]));
    expect(await problemOf(openTensorFile(path))).toMatch(/"evil\.ckpt" asks to run "posix\.system"/);
  });

  it.each([
    ['the oldest protocol', 'cos\nsystem\n(S"echo owned"\ntR.', 'os.system'],
    ['a name taken from the stack', '\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x031+1\x85R.', 'builtins.eval'],
    ['a look-alike of what tensors need', '\x80\x02ctorch._utils\n_rebuild_tensor_v2.__globals__\n.', '__globals__'],
    ['a name from the prototype', '\x80\x02ctorch\nconstructor\n.', 'torch.constructor'],
  ])('in %s too', async (_, pickle, name) => {
    const text = await problemOf(openTensorFile(await withBytes('evil.pt', Buffer.from(pickle, 'latin1'))));
    expect(text).toContain('asks to run');
    expect(text).toContain(name);
  });

  it.each([
    ['INST', '\x80\x02(ios\nsystem\n.'],
    ['OBJ', '\x80\x02(ccollections\nOrderedDict\no.'],
    ['an extension', '\x80\x02\x82\x01.'],
    ['a call of something that is no name', '\x80\x02X\x01\x00\x00\x00a)R.'],
  ])('by %s is not understood', async (_, pickle) => {
    const text = await problemOf(openTensorFile(await withBytes('evil.pt', Buffer.from(pickle, 'latin1'))));
    expect(text).toContain('list of tensors cannot be read');
  });
});

describe('a broken PyTorch file', () => {
  it.each([
    ['a ZIP archive of something else', zip([['readme.txt', Buffer.from('hello')]]), 'but no model'],
    ['a pickle of something else', Buffer.from('\x80\x02}.', 'latin1'), 'is a pickle, but no model'],
    ['a compressed archive', zip([['archive/data.pkl', Buffer.from('N.')]], { method: 8 }), 'compressed archive'],
    ['an archive that was cut off', zip([['archive/data.pkl', Buffer.from('N.')]]).subarray(0, -30), 'ends too early'],
    [
      'an archive with a name twice',
      zip([
        ['a/data.pkl', Buffer.from('N.')],
        ['a/data.pkl', Buffer.from('N.')],
      ]),
      'twice',
    ],
    [
      'another byte order',
      zip([
        ['a/data.pkl', Buffer.from('N.')],
        ['a/byteorder', Buffer.from('big')],
      ]),
      'byte order',
    ],
  ])('is said to be %s', async (_, bytes, sentence) => {
    const text = await problemOf(openTensorFile(await withBytes('broken.pt', bytes)));
    expect(text).toContain(sentence);
    expect(text).toContain('broken.pt');
  });

  it('is refused where a tensor reaches beyond its storage', async () => {
    const path = join(folder, 'short.pt');
    await writeTorchZip(path, new Map([['x', tensor([1, 2, 3], [4, 4])]]));
    expect(await problemOf(openTensorFile(path))).toContain('reaches beyond its bytes');
  });

  it('ends soon where a small file names the same lists again and again', async () => {
    // Thirty lists, each of which holds the one before it twice: a thousand million paths.
    const doubled = `\x80\x02]q\x00${'](h\x00h\x00eq\x00'.repeat(30)}.`;
    const bytes = zip([['a/data.pkl', Buffer.from(doubled, 'latin1')]]);
    expect(await problemOf(openTensorFile(await withBytes('bomb.pt', bytes)))).toContain('too deep');
  });

  it('ends in words whatever its bytes are', async () => {
    const opcodes =
      '().0122NIJKMRTUVXabcdeghjlpqrstu]}Q\x80\x81\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x93\x94\x95\x96\n\x00\x01a';
    const chunk = fc.oneof(
      fc.constantFrom(...opcodes, 'ccollections\nOrderedDict\n', 'ctorch._utils\n_rebuild_tensor_v2\n', 'ctorch\nFloatStorage\n'),
      fc.string({ maxLength: 4, unit: 'binary-ascii' }),
    );
    const find = () => {
      throw new ProblemError({ what: 'none', fix: '' });
    };
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { maxLength: 60 }), async (chunks) => {
        const bytes = Buffer.from(chunks.join(''), 'latin1');
        try {
          expect(readPickle(bytes, { start: 0, find, fileName: 'x.pt' }).end).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it.each(forms)('in %s ends in words or in tensors inside of it, whatever was changed', async (_, write) => {
    const path = join(folder, 'damaged.pt');
    await write(path, new Map([['x', tensor([1, 2, 3, 4], [2, 2])]]));
    const good = await readFile(path);
    const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(edits, fc.nat(good.length), async (changes, cut) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        await writeFile(path, changes.length === 3 ? bytes.subarray(0, cut) : bytes);
        try {
          for (const { offset, length } of (await openTensorFile(path)).tensors.values())
            expect(offset + length).toBeLessThanOrEqual(good.length);
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
        }
      }),
      { numRuns: 150 },
    );
  });
});
