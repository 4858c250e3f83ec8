import type { InputSpec } from '../../nodes/define.ts';
import { maxSeed } from '../../nodes/define.ts';
import { evaluate } from './expression.ts';

export type NumberSpec = Extract<InputSpec, { kind: 'int' | 'float' }>;

/** Digits after the point of a step such as 0.01. */
function decimalsOf(step: number): number {
  const text = step.toString();
  const exponent = /e-(\d+)$/.exec(text);
  return exponent === null ? (text.split('.')[1]?.length ?? 0) : Number(exponent[1]);
}

/** The nearest value that the field may hold: within its limits, and for whole numbers on its steps. */
export function fitNumber({ kind, min, max, step }: NumberSpec, value: number): number {
  const within = Math.min(max, Math.max(min, value));
  if (kind === 'float') return Number(within.toPrecision(12));
  const fitted = step > 1 ? Math.round(within / step) * step : Math.round(within);
  return fitted < min ? fitted + step : fitted > max ? fitted - step : fitted;
}

/** The value some steps further, on the field's steps. */
export function stepNumber(spec: NumberSpec, value: number, steps: number): number {
  const moved = Math.round(value / spec.step + steps) * spec.step;
  return fitNumber(spec, Number(moved.toFixed(decimalsOf(spec.step))));
}

/** The value that a typed expression means in a field; undefined if it is none. */
export function readNumber(spec: NumberSpec, text: string): number | undefined {
  const value = evaluate(text);
  return value === undefined ? undefined : fitNumber(spec, value);
}

/** A number as a field shows it: at least the decimals of its step, none that say nothing. */
export function numberText({ kind, step }: NumberSpec, value: number): string {
  if (kind === 'int') return String(value);
  const decimals = Math.min(2, decimalsOf(step));
  const short = value.toFixed(decimals);
  return Number(short) === value ? short : String(value);
}

/** How far a value is on the way from the least to the most, in 0..1; undefined for ranges too wide to mean anything. */
export function shareOf({ min, max, step }: NumberSpec, value: number): number | undefined {
  return (max - min) / step > 20_000 ? undefined : Math.max(0, Math.min(1, (value - min) / (max - min)));
}

/** A seed as typed: a whole number in 0..2^64-1; undefined if it is none. */
export function readSeed(text: string): number | bigint | undefined {
  const word = text.trim();
  if (!/^\d{1,20}$/.test(word)) return undefined;
  const seed = BigInt(word);
  if (seed > maxSeed) return undefined;
  return seed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seed) : seed;
}
