import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/**
 * The part of ONNX's protobuf schema that our graphs use, as plain data, and its encoding.
 * Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. Only the wire writer of the protobuf
 * library is used: graphs are only ever written, and seven messages don't warrant generated code.
 */

/** TensorProto.DataType. */
const dataTypes = { float32: 1, int8: 3, int64: 7, float16: 10, float64: 11, bfloat16: 16, float8e4m3: 17, float8e5m2: 19 } as const;
export type DataType = keyof typeof dataTypes;

export type Attribute = number | string | readonly number[] | { readonly float: number };

export type NodeProto = {
  readonly op: string;
  /** '' is ONNX's own operator set. */
  readonly domain: '' | 'com.microsoft';
  /** Names of values; '' leaves an optional input out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Numbers and number lists are integers; wrap a float as `{ float }`. */
  readonly attributes: Readonly<Record<string, Attribute>>;
};

export type InitializerProto = {
  readonly name: string;
  readonly type: DataType;
  readonly dims: readonly number[];
  readonly data:
    | { readonly kind: 'inline'; readonly bytes: Uint8Array }
    /** A byte range of a file, relative to the folder that the session is given. */
    | { readonly kind: 'external'; readonly location: string; readonly offset: number; readonly length: number };
};

/** The name and type of an input or output; a string in `dims` is a dynamic dimension. */
export type ValueInfo = { readonly name: string; readonly type: DataType; readonly dims: readonly (number | string)[] };

export type ModelProto = {
  readonly name: string;
  readonly opset: number;
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly InitializerProto[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
};

/** Encodes a model as the bytes of an .onnx file (IR version 10). */
export function encodeModel(model: ModelProto): Uint8Array {
  const writer = new BinaryWriter();
  int(writer, 1, 10);
  text(writer, 2, 'weft');
  message(writer, 7, () => writeGraph(writer, model));
  for (const [domain, version] of [['', model.opset] as const, ['com.microsoft', 1] as const]) {
    message(writer, 8, () => {
      text(writer, 1, domain);
      int(writer, 2, version);
    });
  }
  return writer.finish();
}

function writeGraph(writer: BinaryWriter, model: ModelProto): void {
  for (const node of model.nodes) message(writer, 1, () => writeNode(writer, node));
  text(writer, 2, model.name);
  for (const initializer of model.initializers) message(writer, 5, () => writeInitializer(writer, initializer));
  for (const input of model.inputs) message(writer, 11, () => writeValueInfo(writer, input));
  for (const output of model.outputs) message(writer, 12, () => writeValueInfo(writer, output));
}

function writeNode(writer: BinaryWriter, node: NodeProto): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) message(writer, 5, () => writeAttribute(writer, name, value));
  text(writer, 7, node.domain);
}

function writeAttribute(writer: BinaryWriter, name: string, value: Attribute): void {
  text(writer, 1, name);
  if (typeof value === 'number') {
    int(writer, 3, value);
    int(writer, 20, attributeTypes.int);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    int(writer, 20, attributeTypes.string);
  } else if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    int(writer, 20, attributeTypes.float);
  } else {
    for (const item of value) int(writer, 8, item);
    int(writer, 20, attributeTypes.ints);
  }
}

const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 };

function writeInitializer(writer: BinaryWriter, { name, type, dims, data }: InitializerProto): void {
  for (const size of dims) int(writer, 1, size);
  int(writer, 2, dataTypes[type]);
  text(writer, 8, name);
  if (data.kind === 'inline') {
    writer.tag(9, WireType.LengthDelimited).bytes(data.bytes);
    return;
  }
  const entries = { location: data.location, offset: String(data.offset), length: String(data.length) };
  for (const [key, value] of Object.entries(entries)) {
    message(writer, 13, () => {
      text(writer, 1, key);
      text(writer, 2, value);
    });
  }
  int(writer, 14, 1);
}

function writeValueInfo(writer: BinaryWriter, { name, type, dims }: ValueInfo): void {
  text(writer, 1, name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      int(writer, 1, dataTypes[type]);
      message(writer, 2, () => {
        for (const size of dims) message(writer, 1, () => (typeof size === 'number' ? int(writer, 1, size) : text(writer, 2, size)));
      });
    }),
  );
}

function message(writer: BinaryWriter, field: number, body: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  body();
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function int(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}
