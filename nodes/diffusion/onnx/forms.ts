/** What activations are computed in. Weights are brought to it when a session is made. */
export type Precision = 'float32' | 'float16';

/** In which of several equal forms a graph writes what providers compute at different speeds, or do not compute at all. */
export type Forms = {
  /** `matmul`: com.microsoft's FusedMatMul with a transposed weight; `gemm`: Gemm between two reshapes. */
  readonly linear: 'matmul' | 'gemm';
  /** `fused`: com.microsoft's MultiHeadAttention, without a matrix of scores in memory; `decomposed`: MatMul, Softmax, MatMul. */
  readonly attention: 'fused' | 'decomposed';
  /** `fused`: QuickGelu and Gelu, one operator each; `standard`: products with Sigmoid and Erf. */
  readonly activation: 'fused' | 'standard';
  /** What group normalisation of float16 is computed in. */
  readonly normalisation: 'same' | 'float32';
  /** `fours`: convolutions of other than a multiple of four channels get empty channels beside them. */
  readonly channels: 'any' | 'fours';
  /** `fast`: products of 8-bit integers, where they are faster than float32 (CPUs with their own instructions for it). */
  readonly integers: 'fast' | 'none';
};

/** The forms that a provider is tried with first. A self-test may replace one by its other form. */
export const preferredForms = {
  cpu: { linear: 'matmul', attention: 'fused', activation: 'fused', normalisation: 'same', channels: 'any', integers: 'fast' },
  cuda: { linear: 'gemm', attention: 'fused', activation: 'fused', normalisation: 'same', channels: 'any', integers: 'none' },
  webgpu: { linear: 'gemm', attention: 'fused', activation: 'fused', normalisation: 'same', channels: 'any', integers: 'none' },
  dml: { linear: 'gemm', attention: 'decomposed', activation: 'standard', normalisation: 'same', channels: 'any', integers: 'none' },
  coreml: { linear: 'gemm', attention: 'decomposed', activation: 'standard', normalisation: 'same', channels: 'any', integers: 'none' },
} as const satisfies Readonly<Record<string, Forms>>;

/** ONNX Runtime's execution providers that Weft knows; `cpu` is everywhere. */
export type Provider = keyof typeof preferredForms;
