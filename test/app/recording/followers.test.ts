import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFollowing, type Follower } from '../../../src/app/recording/followers.ts';
import { Conversation } from '../../domain/call/conversation.ts';

const { state, log } = Conversation.initiated();

/** Writes down what it is told. */
function notes(into: string[], name: string): Required<Follower> {
  return {
    recorded: (_state, entries) => void into.push(`${name} ${entries.length}`),
    takenUp: (_state, graceMs) => void into.push(`${name} takes it up after ${graceMs}`),
    letGo: (callSessionId) => void into.push(`${name} lets ${callSessionId} go`),
    setAside: (callSessionId) => void into.push(`${name} sets ${callSessionId} aside`),
  };
}

test('everybody is told in the order in which they were given', () => {
  const told: string[] = [];
  const following = createFollowing();
  following.follow([notes(told, 'first'), notes(told, 'second')]);
  following.recorded(state!, log);
  following.takenUp(state!, 5_000);
  const count = log.length;
  assert.equal(told, [
    `first ${count}`,
    `second ${count}`,
    'first takes it up after 5000',
    'second takes it up after 5000',
  ]);
});

test('who has nothing to do for a call that others recorded is not told of it', () => {
  const told: string[] = [];
  const following = createFollowing();
  following.follow([{ recorded: () => void told.push('recorded') }, notes(told, 'second')]);
  following.takenUp(state!, 0);
  assert.equal(told, ['second takes it up after 0']);
});

test('who keeps something for a call is told when it is set aside, and when another instance goes on with it', () => {
  const told: string[] = [];
  const following = createFollowing();
  following.follow([notes(told, 'first'), { recorded: () => {} }]);
  following.setAside('call-1');
  following.letGo('call-2');
  assert.equal(told, ['first sets call-1 aside', 'first lets call-2 go']);
});

test('before anybody follows nobody is told, and who follows is said once', () => {
  const following = createFollowing();
  following.recorded(state!, log);
  following.follow([]);
  assert.throws(() => following.follow([]), /follows already/);
});

test.run();
