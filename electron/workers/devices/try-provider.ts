import { type Forms, type Precision, type Provider, preferredForms } from '../../../nodes/diffusion/onnx/forms.ts';
import { GraphBuilder } from '../../../nodes/diffusion/onnx/graph.ts';
import { createOperators, onAccelerators } from '../../../nodes/diffusion/onnx/operators.ts';
import { tensor } from '../../../nodes/diffusion/tensor.ts';
import { reasonOf } from '../failures.ts';
import { createNetwork, type Network } from '../runtime.ts';
import type { DeviceReport } from './report.ts';
import { type SelfTest, selfTests, speedTest } from './self-tests.ts';

/** How far off a result may be, as a share of the largest expected number. Some devices multiply float32 with 10 bits. */
const tolerance: Readonly<Record<Precision, number>> = { float32: 5e-3, float16: 2e-2 };

type Attempt = { readonly forms: Forms; readonly notes: readonly string[] } | { readonly why: string };

/** Runs all self-tests on a provider: in float16 first where that may be faster, then in float32. Never throws. */
export async function tryProvider(provider: Provider): Promise<DeviceReport> {
  const absence = await absenceOf(provider);
  if (absence !== undefined) return { provider, works: false, why: absence };
  const precisions: readonly Precision[] = provider === 'cpu' ? ['float32'] : ['float16', 'float32'];
  const notes: string[] = [];
  for (const precision of precisions) {
    const attempt = await tryPrecision(provider, precision);
    if ('forms' in attempt) {
      const milliseconds = await timeOf(provider, precision, attempt.forms);
      return { provider, works: true, precision, forms: attempt.forms, milliseconds, notes: [...notes, ...attempt.notes] };
    }
    if (precision === 'float32') return { provider, works: false, why: attempt.why };
    notes.push(`It computes in float32, since float16 does not work: ${attempt.why}`);
  }
  throw new Error('float32 is tried last');
}

/** Why there is no such device, in a sentence, if there is none. */
async function absenceOf(provider: Provider): Promise<string | undefined> {
  const graph = new GraphBuilder('nothing');
  graph.output('out', graph.node('Neg', [graph.input('x', 'float32', [1])]), [1]);
  try {
    const network = await createNetwork(graph.build(), { provider, keepsBuffers: false });
    await network.run({ x: tensor(Float32Array.of(1), [1]) });
    await network.release();
    return undefined;
  } catch (cause) {
    const reason = reasonOf(cause);
    if (/no supported adapters/i.test(reason)) {
      return 'No graphics adapter was found: it needs one with a driver for Vulkan, Metal or Direct3D 12.';
    }
    return `It could not be started (${reason}).`;
  }
}

async function tryPrecision(provider: Provider, precision: Precision): Promise<Attempt> {
  let forms: Forms = preferredForms[provider];
  const notes: string[] = [];
  for (const test of selfTests()) {
    const fault = await faultOf(test, provider, precision, forms);
    if (fault === undefined) continue;
    const other = await workingForm(test, provider, precision, forms);
    if (other === undefined) return { why: `It cannot compute ${test.name}: ${fault}.` };
    forms = other;
    notes.push(`It computes ${test.name} in another form: ${fault}.`);
  }
  return { forms, notes };
}

async function workingForm(test: SelfTest, provider: Provider, precision: Precision, forms: Forms): Promise<Forms | undefined> {
  for (const value of test.form?.others ?? []) {
    const changed: Forms = { ...forms, [test.form?.of ?? '']: value };
    if ((await faultOf(test, provider, precision, changed)) === undefined) return changed;
  }
  return undefined;
}

/** What is wrong with an operator on this provider, as a part of a sentence; undefined if nothing is. */
async function faultOf(test: SelfTest, provider: Provider, precision: Precision, forms: Forms): Promise<string | undefined> {
  const operators = createOperators({ precision, forms, ...onAccelerators });
  let network: Network | undefined;
  try {
    network = await createNetwork(test.graph(operators), { provider, keepsBuffers: false });
    const { out } = await network.run(test.feeds);
    const off = errorOf(out.data, test.expected);
    return off <= tolerance[precision] ? undefined : `the test came out wrong (off by ${off.toPrecision(1)} of the largest number)`;
  } catch (cause) {
    return `the test failed (${reasonOf(cause)})`;
  } finally {
    await network?.release();
  }
}

function errorOf(actual: Float32Array, expected: Float64Array): number {
  if (actual.length !== expected.length || !actual.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return expected.reduce((most, value, at) => Math.max(most, Math.abs(value - actual[at])), 0) / largest;
}

async function timeOf(provider: Provider, precision: Precision, forms: Forms): Promise<number> {
  const { graph, feeds } = speedTest(createOperators({ precision, forms, ...onAccelerators }));
  const network = await createNetwork(graph, { provider, keepsBuffers: true });
  const times: number[] = [];
  // The first run compiles; where even that is no explanation for the time, once is enough.
  while (times.length < 4 && !(times[0] > 1000)) {
    const start = performance.now();
    await network.run(feeds);
    times.push(performance.now() - start);
  }
  await network.release();
  return Math.min(...times);
}
