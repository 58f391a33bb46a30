/** Writes the protobuf wire format, as far as an ONNX model needs it. */
export class ProtobufWriter {
  private bytes = new Uint8Array(256);
  private length = 0;

  /** A field of wire type 0. */
  int(field: number, value: number | bigint): void {
    this.varint(field << 3);
    this.varint(value);
  }

  /** A field of wire type 5. */
  float(field: number, value: number): void {
    this.varint((field << 3) | 5);
    this.append(new Uint8Array(Float32Array.of(value).buffer));
  }

  /** A field of wire type 2: bytes, text, or a nested message. */
  bytesField(field: number, value: Uint8Array | string | ProtobufWriter): void {
    const bytes =
      typeof value === 'string'
        ? new TextEncoder().encode(value)
        : value instanceof ProtobufWriter
          ? value.finish()
          : value;
    this.varint((field << 3) | 2);
    this.varint(bytes.length);
    this.append(bytes);
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private varint(value: number | bigint): void {
    if (typeof value === 'number' && value >= 0 && value < 0x80000000) {
      let rest = value;
      for (; rest > 127; rest >>>= 7) this.byte((rest & 127) | 128);
      this.byte(rest);
      return;
    }
    // Negative int64 values are written as their 64-bit two's complement.
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) this.byte(Number(rest & 127n) | 128);
    this.byte(Number(rest));
  }

  private byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  private append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}
