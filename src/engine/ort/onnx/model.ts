import { ProtobufWriter } from './protobuf.js';

/** Element types of ONNX tensors, as numbered by TensorProto.DataType. */
export const ELEMENT = { float32: 1, int32: 6, int64: 7, bool: 9, bfloat16: 16 } as const;
export type Element = keyof typeof ELEMENT;

/** An attribute of an ONNX node; a plain number is an int, since floats must say so. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };
export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

export interface OnnxNode {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: OnnxAttributes;
}

export interface OnnxTensorInfo {
  readonly name: string;
  readonly element: Element;
  readonly dims: readonly number[];
}

export interface OnnxInitializer extends OnnxTensorInfo {
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxTensorInfo[];
  readonly outputs: readonly OnnxTensorInfo[];
}

/** Operator sets in use; '' is ONNX's own. */
const OPSETS = { '': 20, 'com.microsoft': 1, 'com.microsoft.nchwc': 1 } as const;
const IR_VERSION = 9;

/** Field numbers in here are those of onnx.proto3. */
export function encodeModel({ nodes, initializers, inputs, outputs }: OnnxModel): Uint8Array {
  const graph = new ProtobufWriter();
  for (const node of nodes) graph.bytesField(1, encodeNode(node));
  graph.bytesField(2, 'graph');
  for (const initializer of initializers) graph.bytesField(5, encodeInitializer(initializer));
  for (const input of inputs) graph.bytesField(11, encodeTensorInfo(input));
  for (const output of outputs) graph.bytesField(12, encodeTensorInfo(output));
  const model = new ProtobufWriter();
  model.int(1, IR_VERSION);
  model.bytesField(7, graph);
  for (const [domain, version] of Object.entries(OPSETS)) {
    const opset = new ProtobufWriter();
    opset.bytesField(1, domain);
    opset.int(2, version);
    model.bytesField(8, opset);
  }
  return model.finish();
}

function encodeNode({ op, domain, inputs, outputs, attributes }: OnnxNode): ProtobufWriter {
  const node = new ProtobufWriter();
  for (const input of inputs) node.bytesField(1, input);
  for (const output of outputs) node.bytesField(2, output);
  node.bytesField(4, op);
  for (const [name, value] of Object.entries(attributes)) node.bytesField(5, encodeAttribute(name, value));
  if (domain !== '') node.bytesField(7, domain);
  return node;
}

function encodeAttribute(name: string, value: OnnxAttribute): ProtobufWriter {
  const attribute = new ProtobufWriter();
  const type = (code: number) => attribute.int(20, code);
  attribute.bytesField(1, name);
  if (typeof value === 'number') {
    attribute.int(3, value);
    type(2);
  } else if (typeof value === 'string') {
    attribute.bytesField(4, value);
    type(3);
  } else if ('float' in value) {
    attribute.float(2, value.float);
    type(1);
  } else {
    for (const item of value) attribute.int(8, item);
    type(7);
  }
  return attribute;
}

function encodeInitializer({ name, element, dims, data }: OnnxInitializer): ProtobufWriter {
  const tensor = new ProtobufWriter();
  for (const dim of dims) tensor.int(1, dim);
  tensor.int(2, ELEMENT[element]);
  tensor.bytesField(8, name);
  tensor.bytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return tensor;
}

function encodeTensorInfo({ name, element, dims }: OnnxTensorInfo): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const size of dims) {
    const dim = new ProtobufWriter();
    dim.int(1, size);
    shape.bytesField(1, dim);
  }
  const tensor = new ProtobufWriter();
  tensor.int(1, ELEMENT[element]);
  tensor.bytesField(2, shape);
  const type = new ProtobufWriter();
  type.bytesField(1, tensor);
  const info = new ProtobufWriter();
  info.bytesField(1, name);
  info.bytesField(2, type);
  return info;
}
