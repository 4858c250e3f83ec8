import i18next from 'i18next';
import { type Answer, type CallName, calls, type EventData, type EventName, events, type Params } from '../../electron/bridge/contract.ts';
import { type Frame, frameSchema, type Request } from '../../electron/bridge/frames.ts';
import { problemSchema } from '../../electron/bridge/node-schemas.ts';
import type { Problem } from '../../nodes/problem.ts';
import { mayRepeat } from './repeatable.ts';

type Pending = {
  readonly request: Request;
  readonly mayRepeat: boolean;
  sent: boolean;
  readonly settle: (answer: unknown) => void;
};

/** The calls under way over a connection that comes and goes. Pure bookkeeping: `send` is what reaches the host. */
export type Calls = {
  call<N extends CallName>(name: N, params: Params<N>): Promise<Answer<N>>;
  /** The connection stands: what waits is sent, in order. */
  opened(send: (request: Request) => void): void;
  /** The connection broke: what may go twice waits for the next one, the rest is answered with a problem. */
  closed(): void;
  /** A text that came from the host. */
  received(text: string): void;
};

export function createCalls(onEvent: (event: EventName, data: unknown) => void): Calls {
  const pending = new Map<number, Pending>();
  let nextId = 0;
  let send: ((request: Request) => void) | undefined;

  const submit = (one: Pending) => {
    if (send === undefined) return;
    one.sent = true;
    send(one.request);
  };

  const answered = (id: number, answer: unknown) => {
    pending.get(id)?.settle(answer);
    pending.delete(id);
  };

  return {
    call: (name, params) =>
      new Promise((settle) => {
        const request = { id: nextId++, call: name, params };
        const one: Pending = {
          request,
          mayRepeat: mayRepeat(name, params),
          sent: false,
          settle: (answer) => settle(readAnswer(name, answer)),
        };
        pending.set(request.id, one);
        submit(one);
      }),
    opened(newSend) {
      send = newSend;
      for (const one of pending.values()) submit(one);
    },
    closed() {
      send = undefined;
      for (const [id, one] of [...pending]) {
        if (one.sent && !one.mayRepeat) answered(id, { ok: false, problems: [lostProblem()] });
        else one.sent = false;
      }
    },
    received(text) {
      const frame = readFrame(text);
      if (frame === undefined) return;
      if ('id' in frame) answered(frame.id, frame.answer);
      else if (isEvent(frame.event)) onEvent(frame.event, frame.data);
    },
  };
}

function lostProblem(): Problem {
  return { what: i18next.t('connection.lost'), fix: i18next.t('connection.lostMore') };
}

function readFrame(text: string): Frame | undefined {
  try {
    return frameSchema.parse(JSON.parse(text));
  } catch {
    // A host of another version; what it says can't be used, and what waits for an answer goes on waiting.
    return undefined;
  }
}

function isEvent(name: string): name is EventName {
  return Object.hasOwn(events, name);
}

/** An event's data if it is as the contract says. */
export function readEvent<N extends EventName>(name: N, data: unknown): EventData<N> | undefined {
  const result = events[name].safeParse(data);
  return result.success ? (result.data as EventData<N>) : undefined;
}

/** An answer as the contract says; one that isn't becomes a problem. */
export function readAnswer<N extends CallName>(name: N, answer: unknown): Answer<N> {
  if (isObject(answer) && answer.ok === false) {
    const problems = problemSchema.array().safeParse(answer.problems);
    if (problems.success) return { ok: false, problems: problems.data };
  }
  const value = isObject(answer) && answer.ok === true ? calls[name].result.safeParse(answer.value) : undefined;
  if (value?.success) return { ok: true, value: value.data } as Answer<N>;
  return {
    ok: false,
    problems: [{ what: i18next.t('connection.unclear', { call: name }), fix: i18next.t('connection.unclearMore') }],
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
