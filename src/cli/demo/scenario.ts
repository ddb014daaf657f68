import type { PresetName } from '../../simulator/members/members.ts';

/** One member of the demonstration: what the person does, and what must come of the call. */
export type Scene = {
  readonly memberId: string;
  /** From the range that is reserved for fiction. */
  readonly number: string;
  readonly behaviour: PresetName;
  readonly status: string;
  readonly disposition: string;
  /** Responses to question 1, 2, 3. */
  readonly answers: readonly string[];
};

/** Everybody of `members.csv`, with every kind of reaction that the simulator knows. */
export const SCENES: readonly Scene[] = [
  scene(1, 'answers-all', 'Disconnected completed', ['yes', 'yes', 'yes']),
  scene(2, 'says-no', 'Disconnected not-available'),
  scene(3, 'silent-mailbox', 'Disconnected no-person'),
  scene(4, 'answers-person-then-silent', 'Disconnected no-response', ['timeout']),
  scene(5, 'wrong-key-then-right', 'Disconnected completed', ['yes', 'yes', 'yes']),
  scene(6, 'always-wrong-key', 'Disconnected no-response', ['timeout']),
  scene(7, 'hangs-up-during-question-2', 'Disconnected partial', ['yes']),
  scene(8, 'busy', 'Failed busy'),
  scene(9, 'rings-out', 'Failed no-answer'),
  scene(10, 'bad-number', 'Failed bad-number'),
  scene(11, 'declines', 'Failed declined'),
  scene(12, 'declines-without-sip-details', 'Failed network-refused'),
  scene(13, 'prompt-fails', 'Disconnected provider-failure'),
  scene(14, 'prompt-fails-once', 'Disconnected completed', ['yes', 'yes', 'yes']),
];

function scene(index: number, behaviour: PresetName, result: string, answers: readonly string[] = []): Scene {
  const two = String(index).padStart(2, '0');
  const [status = '', disposition = ''] = result.split(' ');
  return { memberId: `M-10${two}`, number: `+155501001${two}`, behaviour, status, disposition, answers };
}
