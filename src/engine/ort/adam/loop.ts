/** Weights, moments and gradient of one variable, all of one length and in one order. */
export interface AdamArrays {
  readonly w: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
  readonly g: Float32Array;
}

/** See AdamStep of core/ops.ts. */
export interface AdamNumbers {
  readonly beta1: number;
  readonly beta2: number;
  readonly stepSize: number;
  readonly epsilon: number;
}

/** Updates w, m and v in place. */
export type AdamLoop = (arrays: AdamArrays, step: AdamNumbers) => void;

/** Rounds to float32 after every operation, as WebAssembly and onnxruntime do. */
export const updateInJavaScript: AdamLoop = ({ w, m, v, g }, step) => {
  const { fround } = Math;
  const [b1, c1] = [fround(step.beta1), fround(1 - step.beta1)];
  const [b2, c2] = [fround(step.beta2), fround(1 - step.beta2)];
  const [stepSize, epsilon] = [fround(step.stepSize), fround(step.epsilon)];
  for (let i = 0; i < w.length; i++) {
    const gi = g[i]!;
    const mi = fround(fround(m[i]! * b1) + fround(gi * c1));
    const vi = fround(fround(v[i]! * b2) + fround(fround(gi * gi) * c2));
    m[i] = mi;
    v[i] = vi;
    w[i] = fround(w[i]! - fround(fround(mi * stepSize) / fround(fround(Math.sqrt(vi)) + epsilon)));
  }
};
