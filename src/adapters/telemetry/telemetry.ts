import type { AppHealth } from '../../app/api.ts';
import type { Journal } from '../../app/ports.ts';
import { azureCredential } from '../../azure/credential.ts';
import type { Clock } from '../../base/clock.ts';
import { CodedError } from '../../base/coded-error.ts';
import { inTime } from '../../base/time-limit.ts';
import type { CallState } from '../../domain/call/call.ts';
import type { Recorded } from '../../domain/call/recorded.ts';
import { createEndedCalls } from './ended-calls.ts';
import { createCallMetrics } from './metrics.ts';
import type { Exporters, Sdk, Service } from './sdk.ts';
import { spansOf } from './spans.ts';

export type TelemetryOptions = {
  /** An Application Insights resource; with our identity where that is asked for. */
  readonly azureMonitor?: { readonly connectionString: string; readonly withIdentity: boolean } | undefined;
  /** Other places that telemetry goes to. */
  readonly exporters?: readonly Exporters[];
  readonly service: Service;
  /** The whole stream of a call. */
  readonly history: (callSessionId: string) => Promise<readonly Recorded[]>;
  readonly clock: Clock;
  readonly journal: Journal;
};

/** One trace per call, and metrics. Trouble with them is told to the journal and never reaches a call. */
export type Telemetry = {
  /** To be told of everything that is recorded, in the order of each stream. */
  observe(state: CallState, recorded: readonly Recorded[]): void;
  watchHealth(read: () => AppHealth): void;
  /** Hands over everything up to now. */
  flush(): Promise<void>;
  /** Hands over what there is, for some seconds at most. To be called while the log is still open. */
  close(): Promise<void>;
};

/** The setting for Azure Monitor cannot be used; the cause may name what is wrong with it, the message never its value. */
export class TelemetryConfigError extends CodedError<'TELEMETRY_BAD_CONNECTION_STRING'> {
  override readonly name = 'TelemetryConfigError';

  constructor(options?: ErrorOptions) {
    super(
      'TELEMETRY_BAD_CONNECTION_STRING',
      'APPLICATIONINSIGHTS_CONNECTION_STRING is not the connection string of an Application Insights resource',
      options,
    );
  }
}

/** A shutdown must not wait for a place that does not answer. */
const CLOSE_MS = 5_000;

const NONE: Telemetry = {
  observe: () => {},
  watchHealth: () => {},
  flush: async () => {},
  close: async () => {},
};

/**
 * Starts what the settings ask for; without any, nothing is loaded and nothing is measured.
 * @throws TelemetryConfigError
 */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const exporters = [...(options.exporters ?? []), ...(await azureMonitor(options))];
  if (exporters.length === 0) return NONE;
  const { createSdk } = await import('./sdk.ts');
  return overSdk(createSdk(options.service, exporters), options);
}

/** Loaded only where it is used: it takes a quarter of a second, and a cold start is waited for. */
async function azureMonitor({ azureMonitor: target, journal }: TelemetryOptions): Promise<Exporters[]> {
  if (!target) return [];
  const { azureMonitorExporters } = await import('./azure-monitor.ts');
  const credential = target.withIdentity ? await azureCredential() : null;
  try {
    return [azureMonitorExporters(target.connectionString, journal, credential)];
  } catch (cause) {
    throw new TelemetryConfigError({ cause });
  }
}

function overSdk(sdk: Sdk, { clock, journal, history }: TelemetryOptions): Telemetry {
  const metrics = createCallMetrics(sdk.meter);
  const endedCalls = createEndedCalls({
    clock,
    journal,
    history,
    write(state, entries) {
      metrics.ended(state);
      sdk.write(spansOf(state, entries));
    },
  });
  return {
    observe(state, recorded) {
      metrics.observe(recorded);
      endedCalls.observe(state, recorded);
    },
    watchHealth: metrics.watchHealth,
    async flush() {
      await endedCalls.flush();
      await sdk.flush();
    },
    async close() {
      await inTime(
        endedCalls.close().then(() => sdk.close()),
        CLOSE_MS,
        clock.after,
      );
    },
  };
}
