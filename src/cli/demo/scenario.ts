import type { PresetName } from '../../simulator/members/members.ts';

/** One member of the demonstration: what the person does, and what must come of the call. */
export type Scene = {
  readonly memberId: string;
  /** From the range that is reserved for fiction. */
  readonly number: string;
  readonly behaviour: PresetName;
  /** What the person does, in words. */
  readonly person: string;
  readonly status: string;
  readonly disposition: string;
  /** Responses to question 1, 2, 3. */
  readonly answers: readonly string[];
};

/** Everybody of `members.csv`, with every kind of reaction that the simulator knows. */
export const SCENES: readonly Scene[] = [
  scene(1, 'answers-all', 'answers everything', 'Disconnected completed', ['yes', 'yes', 'yes']),
  scene(2, 'says-no', 'has no time now', 'Disconnected not-available'),
  scene(3, 'silent-mailbox', 'is a mailbox', 'Disconnected no-person'),
  scene(4, 'answers-person-then-silent', 'falls silent', 'Disconnected no-response', ['timeout']),
  scene(5, 'wrong-key-then-right', 'presses a wrong key once', 'Disconnected completed', ['yes', 'yes', 'yes']),
  scene(6, 'always-wrong-key', 'presses wrong keys only', 'Disconnected no-response', ['timeout']),
  scene(7, 'hangs-up-during-question-2', 'hangs up at question 2', 'Disconnected partial', ['yes']),
  scene(8, 'busy', 'is on the phone', 'Failed busy'),
  scene(9, 'rings-out', 'lets it ring', 'Failed no-answer'),
  scene(10, 'bad-number', 'has a number no more', 'Failed bad-number'),
  scene(11, 'declines', 'declines', 'Failed declined'),
  scene(12, 'declines-without-sip-details', 'declines without a reason', 'Failed network-refused'),
  scene(13, 'prompt-fails', 'hears no prompt at all', 'Disconnected provider-failure'),
  scene(14, 'prompt-fails-once', 'hears no prompt at first', 'Disconnected completed', ['yes', 'yes', 'yes']),
];

function scene(
  index: number,
  behaviour: PresetName,
  person: string,
  result: string,
  answers: readonly string[] = [],
): Scene {
  const two = String(index).padStart(2, '0');
  const [status = '', disposition = ''] = result.split(' ');
  return { memberId: `M-10${two}`, number: `+155501001${two}`, behaviour, person, status, disposition, answers };
}

/** What came of a call, in words for people who are new here. */
export const CAME_OF_IT: Readonly<Record<string, string>> = {
  completed: 'all questions answered',
  partial: 'some questions answered',
  'no-response': 'no answer to a question',
  'no-person': 'nobody was there',
  'not-available': 'not now',
  'no-answer': 'not picked up',
  'bad-number': 'no such number',
  'network-refused': 'refused by the network',
  'provider-failure': 'failed at the provider',
};
