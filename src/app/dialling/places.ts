import type { DialPermit, DialRefusal } from '../ports.ts';

/**
 * The places of calls that are held at once, and the turns in which they are dialled. A place is taken with a turn, stays
 * with the leg, and is free again when the leg is over.
 */
export type Places = {
  /**
   * Asks for a turn, and for a place unless this call has one. Null where nobody has to be asked: then a turn is taken in
   * the same moment.
   * @returns a place, for whoever is next when it comes; 'granted' for a turn in the place that this call has
   */
  readonly ask: ((callSessionId: string) => Promise<DialPermit | 'granted' | DialRefusal>) | null;
  /** Whether this call has a place, so that it needs but a turn. */
  has(callSessionId: string): boolean;
  /** Whether a leg of this call may stand, as far as was heard here. */
  begun(callSessionId: string): boolean;
  /** Places that are taken, those of calls included that are being dialled. */
  taken(): number;
  /** Legs that count against the limit. A leg that is counted by another instance does not. */
  legs(): number;
  /** This call is dialled now. @param place what was got for it; null: it has one, or nobody had to be asked */
  takeTurn(callSessionId: string, place: DialPermit | null): void;
  /**
   * The turn is over.
   * @returns what is free as nobody was dialled in it; null when somebody was, or there was no turn
   */
  giveBack(callSessionId: string): UnusedTurn | null;
  /** A leg of this call may stand. @param dialledHere this was learnt from a dial that was recorded here just now */
  legStands(callSessionId: string, dialledHere: boolean): void;
  /** The leg is over. @returns a place that must be released or handed on */
  legOver(callSessionId: string): DialPermit | null;
  /** Why nothing is dialled at the moment, null when it is. */
  problem(): string | null;
  close(): void;
};

export type UnusedTurn = {
  /** A place that must be released or handed on. */
  readonly place: DialPermit | null;
  /** Whether the next may be dialled in its moment. */
  readonly moment: boolean;
};
