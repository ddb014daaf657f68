import type { DialPermit, Journal } from '../../app/ports.ts';
import type { Clock } from '../../base/clock.ts';
import type { Queue, Receipt } from './client.ts';

/** Places that are taken for a time and renewed until they are released. */
export type Leases = {
  /** @param fromMs when the slot was asked for: it is taken for `leaseMs` from then on */
  hold(slot: Receipt, fromMs: number): DialPermit;
  /** Renews nothing any more. */
  close(): void;
};

export type LeasesDeps = {
  readonly slotQueue: Pick<Queue, 'update'>;
  /** For how long a slot stays taken unless it is renewed. */
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly journal: Journal;
};

type Office = LeasesDeps & { readonly renewals: Set<() => void>; closed: boolean };

type Lease = {
  /** Null from when it is released or lost. */
  slot: Receipt | null;
  untilMs: number;
  callOff: () => void;
};

/** Keeps slots taken whose messages would come back by themselves. */
export function createLeases(deps: LeasesDeps): Leases {
  const office: Office = { ...deps, renewals: new Set(), closed: false };
  return {
    hold: (slot, fromMs) => hold(office, { slot, untilMs: fromMs + deps.leaseMs, callOff() {} }),
    close() {
      office.closed = true;
      for (const callOff of office.renewals) callOff();
    },
  };
}

function hold(office: Office, lease: Lease): DialPermit {
  renewLater(office, lease);
  return {
    held: () => lease.slot !== null && office.clock.monotonicMs() < lease.untilMs,
    async release() {
      const last = stop(office, lease);
      // Failing that, it comes back by itself.
      if (last) await office.slotQueue.update(last, 0).catch(() => null);
    },
  };
}

function renewLater(office: Office, lease: Lease): void {
  office.renewals.delete(lease.callOff);
  if (office.closed) return;
  lease.callOff = office.clock.after(office.leaseMs / 3, () => void renew(office, lease));
  office.renewals.add(lease.callOff);
}

async function renew(office: Office, lease: Lease): Promise<void> {
  const { slotQueue, leaseMs } = office;
  const nowMs = office.clock.monotonicMs();
  try {
    const renewed = lease.slot && (await slotQueue.update(lease.slot, leaseMs));
    // Given back while the answer was on its way: the receipt that was used then is out of date.
    if (!lease.slot) return void (renewed && (await slotQueue.update(renewed, 0)));
    if (!renewed) return lose(office, lease);
    lease.slot = renewed;
    lease.untilMs = nowMs + leaseMs;
  } catch {
    // The lease has two more thirds to go.
  }
  if (lease.slot) renewLater(office, lease);
}

function lose(office: Office, lease: Lease): void {
  stop(office, lease);
  // Or the answer to the renewal before was lost, and with it the receipt that the next one needs.
  office.journal.warn(
    { code: 'SLOT_LOST' },
    'a place among the calls held at once may have passed to another instance',
  );
}

/** @returns the slot, if it was held so far */
function stop(office: Office, lease: Lease): Receipt | null {
  const last = lease.slot;
  lease.slot = null;
  office.renewals.delete(lease.callOff);
  lease.callOff();
  return last;
}
