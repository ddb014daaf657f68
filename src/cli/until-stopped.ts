import closeWithGrace from 'close-with-grace';
import { errorCode } from '../base/coded-error.ts';
import type { Output } from './output.ts';

/**
 * Signals that ask a process to stop. Those of a crash are left to the system: with a listener on them a process whose memory
 * is broken turns on the spot for ever instead of dying.
 */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const;

const LEFT_ALONE: NonNullable<closeWithGrace.Options['skip']> = [
  ...SIGNALS,
  ...(['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const),
];

/** `npm` hands on a Ctrl-C that the terminal has sent to us as well: one press of the keys is one signal. */
const ECHO_MS = 500;

/**
 * Why a process stops. `platform`: by SIGTERM, whose sender waits. `person`: by any other signal, such as Ctrl-C, whose sender
 * sits before it. `error`: one that nobody caught.
 */
export type StopReason = 'platform' | 'person' | 'error';

/**
 * Calls `close` once when the process is told to stop, then ends the process: with 0, or with 1 after an error that nobody
 * caught, at a second signal and when closing takes longer than `limitMs`.
 * @returns stops waiting for that
 */
export function whenStopped(
  close: (reason: StopReason) => Promise<void>,
  limitMs: number,
  output: Pick<Output, 'note'>,
): () => void {
  let stopping: { readonly reason: StopReason; readonly signal: NodeJS.Signals | null; readonly atMs: number } | null =
    null;
  const grace = closeWithGrace(
    {
      delay: limitMs,
      logger: false,
      skip: LEFT_ALONE,
      onSecondError: (error) => output.note(`stops at once: ${describe(error)}`),
      onTimeout: () => output.note('stops at once: closing took too long'),
    },
    async ({ err }) => {
      if (err) output.note(`stops: ${describe(err)}`);
      stopping ??= { reason: 'error', signal: null, atMs: performance.now() };
      await close(stopping.reason);
    },
  );
  const onSignal = (signal: NodeJS.Signals): void => {
    if (!stopping) {
      stopping = { reason: signal === 'SIGTERM' ? 'platform' : 'person', signal, atMs: performance.now() };
      grace.close();
      return;
    }
    if (signal === stopping.signal && performance.now() - stopping.atMs < ECHO_MS) return;
    output.note(`stops at once: ${signal} while it was stopping`);
    process.exit(1);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    grace.uninstall();
    for (const signal of SIGNALS) process.removeListener(signal, onSignal);
  };
}

/** Without its message, which may quote a statement, a number or an answer. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'something was thrown that is no error';
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  return [`${error.name} ${errorCode(error)} that nobody caught`, ...frames].join('\n');
}
