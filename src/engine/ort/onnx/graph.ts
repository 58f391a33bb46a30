import { sameNumbers } from '../layout.js';
import type { DType } from '../dtype.js';
import { arrayOf } from '../memory/storage.js';
import type { OnnxAttributes, OnnxInitializer, OnnxModel, OnnxNode, OnnxTensorInfo } from './model.js';

/** Domains of onnxruntime's own operators. */
export const MICROSOFT = 'com.microsoft';
export const NCHWC = 'com.microsoft.nchwc';

/**
 * Collects the nodes and constants of one ONNX graph. Values are known by name. Equal nodes are emitted once, so that
 * lowerings need not remember what others have padded or transposed already.
 */
export class OnnxGraph {
  private readonly nodes: OnnxNode[] = [];
  private readonly initializers: OnnxInitializer[] = [];
  private readonly inputs: OnnxTensorInfo[] = [];
  private readonly outputs: OnnxTensorInfo[] = [];
  private readonly emitted = new Map<string, readonly string[]>();
  private readonly constants = new Map<string, string>();
  private readonly reshaped = new Map<string, { source: string; dims: readonly number[] }>();
  private count = 0;

  /** Emits a node with one output and returns the output's name. */
  emit(op: string, inputs: readonly string[], attributes: OnnxAttributes = {}, domain = ''): string {
    return this.emitMany(op, inputs, 1, attributes, domain)[0]!;
  }

  emitMany(
    op: string,
    inputs: readonly string[],
    outputs: number,
    attributes: OnnxAttributes = {},
    domain = '',
  ): readonly string[] {
    const key = `${domain}:${op}(${inputs.join()})${JSON.stringify(attributes)}`;
    let names = this.emitted.get(key);
    if (!names) {
      names = Array.from({ length: outputs }, () => this.fresh());
      this.nodes.push({ op, domain, inputs, outputs: names, attributes });
      this.emitted.set(key, names);
    }
    return names;
  }

  /** Emits a node whose one output is known outside the graph by the name it is given here. */
  name(output: string, op: string, inputs: readonly string[], attributes: OnnxAttributes): void {
    this.nodes.push({ op, domain: '', inputs, outputs: [output], attributes });
  }

  /** `name`, of dims `from`, as dims `to`. A reshape of a reshape skips the one between. */
  reshape(name: string, from: readonly number[], to: readonly number[]): string {
    const { source, dims } = this.beforeReshape(name) ?? { source: name, dims: from };
    if (sameNumbers(dims, to)) return source;
    const result = this.emit('Reshape', [source, this.ints(to)]);
    this.reshaped.set(result, { source, dims });
    return result;
  }

  /** What a reshape reshapes: the same data under other dims, one node earlier. */
  beforeReshape(name: string): { readonly source: string; readonly dims: readonly number[] } | undefined {
    return this.reshaped.get(name);
  }

  /** Constant int64 vector: dims, axes, pads. */
  ints(values: readonly number[]): string {
    return this.constant(`ints ${values.join()}`, () => ({
      element: 'int64',
      dims: [values.length],
      data: BigInt64Array.from(values, (value) => BigInt(value)),
    }));
  }

  scalar(value: number, dtype: DType = 'float32'): string {
    return this.constant(`scalar ${dtype} ${Object.is(value, -0) ? '-0' : value}`, () => ({
      element: dtype,
      dims: [],
      data: arrayOf[dtype].of(value),
    }));
  }

  /** Constant floats; `key` must name their content, such as the interpolation that a matrix stands for. */
  floats(key: string, dims: readonly number[], data: () => Float32Array): string {
    return this.constant(`floats ${key} ${dims.join()}`, () => ({ element: 'float32', dims, data: data() }));
  }

  input(info: OnnxTensorInfo): void {
    this.inputs.push(info);
  }

  /** Declares an output. Its name must be that of a node's output: see `canBeOutput`. */
  output(info: OnnxTensorInfo): void {
    this.outputs.push(info);
  }

  /** False for inputs and constants, which cannot be outputs themselves, and for what is an output already. */
  canBeOutput(name: string): boolean {
    return (
      !this.inputs.some((input) => input.name === name) &&
      !this.initializers.some((constant) => constant.name === name) &&
      !this.outputs.some((output) => output.name === name)
    );
  }

  /** The model, without the nodes and constants that no output needs. */
  finish(): OnnxModel {
    const needed = new Set(this.outputs.map((output) => output.name));
    const nodes = this.nodes.reduceRight<OnnxNode[]>((kept, node) => {
      if (!node.outputs.some((name) => needed.has(name))) return kept;
      for (const input of node.inputs) needed.add(input);
      kept.push(node);
      return kept;
    }, []);
    return {
      nodes: nodes.reverse(),
      initializers: this.initializers.filter((constant) => needed.has(constant.name)),
      inputs: this.inputs.filter((input) => needed.has(input.name)),
      outputs: this.outputs,
    };
  }

  private constant(key: string, make: () => Omit<OnnxInitializer, 'name'>): string {
    let name = this.constants.get(key);
    if (name === undefined) {
      name = this.fresh();
      this.constants.set(key, name);
      this.initializers.push({ name, ...make() });
    }
    return name;
  }

  private fresh(): string {
    return `v${this.count++}`;
  }
}
