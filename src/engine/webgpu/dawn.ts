/** The part of WebGPU that choosing an adapter takes; @types/webgpu comes with the optional package only. */
export interface Gpu {
  requestAdapter(options?: { readonly powerPreference?: 'high-performance' }): Promise<Adapter | null>;
}

export interface Adapter {
  readonly info: Readonly<Record<'vendor' | 'architecture' | 'device' | 'description', string>>;
}

interface Dawn {
  readonly create: (options: readonly string[]) => Gpu;
  /** GPUBufferUsage and the other globals that a browser has. */
  readonly globals: object;
}

/** A name that the compiler does not look up: the package is there only where somebody installed it. */
const PACKAGE: string = 'webgpu';

/**
 * Chromium's WebGPU for Node, as a browser offers it: in `navigator.gpu`, with its constants as globals.
 * @throws where the package is not installed, or has no binary for this system.
 */
export async function offerGpu(): Promise<Gpu> {
  const { create, globals } = (await import(PACKAGE)) as Dawn;
  Object.assign(globalThis, globals);
  // Node has a navigator from version 21 on.
  const scope = globalThis as { navigator?: object };
  scope.navigator ??= {};
  const gpu = create([]);
  Object.defineProperty(scope.navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
}

/** Dawn keeps the process alive for as long as it can be reached. */
export function withdrawGpu(): void {
  Reflect.deleteProperty((globalThis as { navigator?: object }).navigator ?? {}, 'gpu');
}

/** What an adapter calls itself, whichever of its names are filled in. */
export function adapterName({ info }: Adapter): string {
  const { vendor, architecture, device, description } = info;
  return description || [vendor, architecture, device].filter((name) => name !== '').join(' ') || 'GPU';
}
