/** The part of WebAssembly's JavaScript interface used here: neither Node's types nor ES2023's declare it. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number; maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, object>>>>,
  ) => { readonly exports: Readonly<Record<string, (...args: number[]) => void>> };
}

export interface WasmMemory {
  /** Another one after `grow`, which detaches this. */
  readonly buffer: ArrayBuffer;
  /** By so many pages of 64 KiB. @throws RangeError beyond the maximum */
  grow(pages: number): number;
}

/** Undefined where Node runs without it (--jitless). */
export const WebAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi | undefined })
  .WebAssembly;
