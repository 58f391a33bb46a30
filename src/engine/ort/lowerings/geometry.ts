/** Sizes of one 2-D convolution, image [n, h, w, c] -> map [n, outH, outW, o], filter [kernelH, kernelW, c, o]. */
export interface ConvGeometry {
  [key: string]: number;
  readonly n: number;
  readonly h: number;
  readonly w: number;
  readonly c: number;
  readonly outH: number;
  readonly outW: number;
  readonly o: number;
  readonly kernelH: number;
  readonly kernelW: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly dilationH: number;
  readonly dilationW: number;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Multiplications and additions of the convolution, and of either of its gradients. */
export function convWork({ n, outH, outW, o, c, kernelH, kernelW }: ConvGeometry): number {
  return 2 * n * outH * outW * o * c * kernelH * kernelW;
}

/** Pads in the order of ONNX's convolutions. */
export function convPads({ top, left, bottom, right }: ConvGeometry): number[] {
  return [top, left, bottom, right];
}

/** Pads of all four axes of an NCHW image, in the order of ONNX's Pad. */
export function imagePads({ top, left, bottom, right }: ConvGeometry): number[] {
  return [0, 0, top, left, 0, 0, bottom, right];
}

/** Height and width of the image with its padding. */
export function paddedSize({ h, w, top, bottom, left, right }: ConvGeometry): { h: number; w: number } {
  return { h: h + top + bottom, w: w + left + right };
}

/** The kernel and stride of pix2pix's layers, which several fast forms are made for. */
export function is4x4Stride2({ kernelH, kernelW, strideH, strideW }: ConvGeometry): boolean {
  return kernelH === 4 && kernelW === 4 && strideH === 2 && strideW === 2;
}

export function isStride1({ strideH, strideW }: ConvGeometry): boolean {
  return strideH === 1 && strideW === 1;
}

/** Rows and columns at the image's end that no window reaches: ConvTranspose needs them as an attribute. */
export function unreached(g: ConvGeometry): number[] {
  return [
    g.h - ((g.outH - 1) * g.strideH + g.kernelH - g.top - g.bottom),
    g.w - ((g.outW - 1) * g.strideW + g.kernelW - g.left - g.right),
  ];
}
