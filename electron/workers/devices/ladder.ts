import { type Forms, type Precision, type Provider, preferredForms } from '../../../nodes/diffusion/onnx/forms.ts';

/** A provider as networks are written for it. */
export type Rung = { readonly provider: Provider; readonly precision: Precision; readonly forms: Forms };

/** What every ladder ends on. */
export const cpuRung: Rung = { provider: 'cpu', precision: 'float32', forms: preferredForms.cpu };
