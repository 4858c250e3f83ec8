/** The sizes of a super-resolution network, as its file shows them. */
export type UpscalerConfig = RrdbConfig | CompactConfig | OnnxUpscalerConfig;

/** How the keys of an RRDB network are called: by the first ESRGAN, by BSRGAN (and later ESRGAN), or by Real-ESRGAN. */
export type RrdbNaming = 'esrgan' | 'bsrgan' | 'real-esrgan';

/** Residual-in-residual dense blocks: ESRGAN (Wang et al. 2018), BSRGAN, Real-ESRGAN (Wang et al. 2021) and ESRGAN+. */
export type RrdbConfig = {
  readonly kind: 'rrdb';
  readonly naming: RrdbNaming;
  /** What stands before each key, such as `params_ema.`. */
  readonly prefix: string;
  /** Of the picture: 3, or 1 for grey. */
  readonly channels: number;
  readonly features: number;
  readonly growth: number;
  readonly blocks: number;
  /** How often the network doubles width and height. */
  readonly doublings: number;
  /** Squares of this many pixels a side become channels first (pixel-unshuffle): the network's own scale is divided by it. */
  readonly unshuffle: number;
  /** ESRGAN+: further residuals inside each dense block. */
  readonly plus: boolean;
};

/** SRVGGNetCompact of Real-ESRGAN: convolutions at the picture's size, then pixel-shuffle. */
export type CompactConfig = {
  readonly kind: 'compact';
  readonly prefix: string;
  readonly channels: number;
  readonly features: number;
  /** Convolutions between the first and the last one. */
  readonly layers: number;
  readonly scale: number;
};

/** A network that comes as an ONNX graph, [1, channels, H, W] to [1, channels, scale H, scale W]. */
export type OnnxUpscalerConfig = {
  readonly kind: 'onnx';
  readonly input: string;
  readonly output: string;
  readonly channels: number;
  /** Of the picture that it takes. */
  readonly precision: 'float32' | 'float16';
  /** The only picture size that the graph takes, where it has one. */
  readonly size?: { readonly height: number; readonly width: number };
  /** Absent where only a run can tell. */
  readonly scale?: number;
};
