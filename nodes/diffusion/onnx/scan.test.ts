import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../problem.ts';
import { GraphBuilder } from './graph.ts';
import { encodeModel, type ModelProto, type NodeProto } from './proto.ts';
import { scanOnnx } from './scan.ts';

const node: NodeProto = { op: 'Relu', domain: '', inputs: ['x'], outputs: ['y'], attributes: {} };
const x = { name: 'x', type: 'float32', dims: [1, 3, 'height', 'width'] } as const;
const model: ModelProto = { name: 'test', opset: 21, nodes: [node], initializers: [], inputs: [x], outputs: [{ ...x, name: 'y' }] };

function problemOf(file: Uint8Array): string {
  try {
    scanOnnx(file, 'some.onnx');
  } catch (error) {
    if (error instanceof ProblemError) return error.message;
    throw error;
  }
  return 'none';
}

/** A message of the given fields, as bytes. */
function message(...fields: readonly (readonly [number, string | Uint8Array])[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [field, value] of fields) {
    writer.tag(field, WireType.LengthDelimited).bytes(typeof value === 'string' ? Buffer.from(value) : value);
  }
  return writer.finish();
}

const external = (location: string) => ({
  name: 'w',
  type: 'float32' as const,
  dims: [4],
  data: { kind: 'external' as const, location, offset: 0, length: 16 },
});

describe('scanOnnx', () => {
  it('tells what a graph takes and gives, without its weights', () => {
    const weight = { name: 'w', type: 'float32', dims: [4] } as const;
    const { inputs, outputs, externalBytes } = scanOnnx(
      encodeModel({ ...model, inputs: [weight, x], initializers: [external('weights.bin')] }),
      'some.onnx',
    );
    expect(inputs).toEqual([{ name: 'x', type: 1, dims: [1, 3, undefined, undefined] }]);
    expect(outputs.map(({ name }) => name)).toEqual(['y']);
    expect(externalBytes).toBe(16);
  });

  it('accepts our own graphs, and functions that a file defines in a domain of its own', () => {
    const graph = new GraphBuilder('own');
    graph.output('y', graph.node('QuickGelu', [graph.input('x', 'float32', ['n'])], { domain: 'com.microsoft' }), ['n']);
    expect(problemOf(graph.build().model)).toBe('none');
    const call = message([4, 'twice'], [7, 'pkg.mine']);
    const body = message([4, 'Relu']);
    expect(problemOf(message([7, message([1, call])], [25, message([1, 'twice'], [10, 'pkg.mine'], [7, body])]))).toBe('none');
    expect(problemOf(message([7, message([1, call])]))).toContain('"twice" of "pkg.mine"');
  });

  it.each(['../w.bin', '/etc/passwd', 'C:\\w.bin', 'a/../../w.bin', '..\\w.bin', '\\\\server\\share', ''])(
    'refuses weights at "%s"',
    (location) => {
      expect(problemOf(encodeModel({ ...model, initializers: [external(location)] }))).toContain('outside of its own folder');
    },
  );

  it('accepts weights beside it and below', () => {
    for (const location of ['w.bin', 'sub/w.bin', './w.bin', 'a/../w.bin']) {
      expect(problemOf(encodeModel({ ...model, initializers: [external(location)] }))).toBe('none');
    }
  });

  it('looks into graphs inside operators, and into their tensors', () => {
    const foreign = message([4, 'Steal'], [7, 'evil']);
    const branch = message([1, foreign]);
    const outer = message([4, 'If'], [5, message([1, 'then_branch'], [6, branch])]);
    expect(problemOf(message([7, message([1, outer])]))).toContain('"Steal" of "evil"');
    const tensor = message([13, message([1, 'location'], [2, '../secret'])]);
    const constant = message([4, 'Constant'], [5, message([1, 'value'], [5, tensor])]);
    expect(problemOf(message([7, message([1, constant])]))).toContain('"../secret"');
  });

  it('reads doubled fields as ONNX Runtime does: the last one counts', () => {
    expect(problemOf(message([7, message([1, message([4, 'Steal'], [7, ''], [7, 'evil'])])]))).toContain('"Steal" of "evil"');
    const graph = message([1, message([4, 'Relu'])]);
    expect(problemOf(message([7, graph], [7, graph]))).toContain('not a whole ONNX file');
  });

  it('refuses operators that load programs, endless graphs, other formats, and what is cut off', () => {
    expect(problemOf(message([7, message([1, message([4, 'EPContext'], [7, 'com.microsoft'])])]))).toContain('EPContext');
    let graph = message([1, message([4, 'Relu'])]);
    for (let depth = 0; depth < 50; depth++) graph = message([1, message([4, 'If'], [5, message([6, graph])])]);
    expect(problemOf(message([7, graph]))).toContain('not a whole ONNX file');
    expect(problemOf(Buffer.from('\x0a\x06xxORTM'))).toContain('not a whole ONNX file');
    const whole = encodeModel({ ...model, initializers: [external('w.bin')] });
    expect(problemOf(whole.subarray(0, whole.length - 30))).toContain('not a whole ONNX file');
    expect(problemOf(new Uint8Array())).toContain('not a whole ONNX file');
  });
});
