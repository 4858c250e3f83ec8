import type { InputSpec } from '../../nodes/define.ts';
import type { FieldValue } from '../../workflows/graph.ts';
import { BooleanField } from './boolean-field.tsx';
import { ComboField } from './combo-field.tsx';
import type { FieldProps } from './field-edits.ts';
import { FileField } from './file-field.tsx';
import { NumberField } from './number-field.tsx';
import { SeedField } from './seed-field.tsx';
import { AreaField, LineField } from './text-field.tsx';

type Spec = Exclude<InputSpec, { kind: 'socket' }>;
type Props = Omit<FieldProps, 'tooltip'> & { readonly spec: Spec; readonly value: FieldValue | undefined };

/** The control of a field, by its kind. A value of another kind than the field's is shown as it would be read. */
export function Field({ spec, value, ...rest }: Props) {
  const common = { ...rest, tooltip: spec.tooltip };
  switch (spec.kind) {
    case 'int':
    case 'float':
      return <NumberField {...common} spec={spec} value={Number(value ?? spec.default)} />;
    case 'seed':
      return <SeedField {...common} value={typeof value === 'number' || typeof value === 'bigint' ? value : spec.default} />;
    case 'text': {
      const text = String(value ?? spec.default);
      return spec.multiline ? <AreaField {...common} value={text} placeholder={rest.label} /> : <LineField {...common} value={text} />;
    }
    case 'boolean':
      return <BooleanField {...common} value={Boolean(value ?? spec.default)} />;
    case 'combo':
      return <ComboField {...common} value={String(value ?? spec.default)} options={spec.options} />;
    case 'file':
      return <FileField {...common} value={String(value ?? '')} folder={spec.folder} />;
  }
}
