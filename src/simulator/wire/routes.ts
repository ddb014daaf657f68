/** Operations of the service that the simulator performs. */
export const OPERATION_NAMES = [
  'createCall',
  'getCall',
  'hangUp',
  'terminate',
  'play',
  'recognize',
  'cancelAll',
  'listParticipants',
  'getParticipant',
] as const;

/** Name of an operation. */
export type OperationName = (typeof OPERATION_NAMES)[number];

/** Operations whose requests carry repeatability headers. They are performed at once, so that two equal requests cannot overlap. */
const REPEATABLE_NAMES = ['createCall', 'terminate'] as const satisfies readonly OperationName[];

export type RepeatableName = (typeof REPEATABLE_NAMES)[number];

/** Where a request goes. */
export type Route =
  | {
      readonly kind: 'operation';
      readonly name: OperationName;
      readonly callConnectionId: string;
      readonly rawId: string;
    }
  | { readonly kind: 'not-simulated'; readonly what: string }
  | { readonly kind: 'unknown' };

const ROOT = '/calling/callConnections';
const ON_CALL: Readonly<Record<string, OperationName>> = {
  'GET ': 'getCall',
  'DELETE ': 'hangUp',
  'POST :terminate': 'terminate',
  'POST :play': 'play',
  'POST :recognize': 'recognize',
  'POST :cancelAllMediaOperations': 'cancelAll',
  'GET /participants': 'listParticipants',
};
const NOT_SIMULATED =
  /^POST (:(sendDtmfTones|startContinuousDtmfRecognition|stopContinuousDtmfRecognition|hold|unhold|transferToParticipant|startTranscription|stopTranscription|updateTranscription|startMediaStreaming|stopMediaStreaming)|\/participants:(add|remove|mute|cancelAddParticipant|moveHere))$/;

/** Whether repeating a request for this operation does nothing more. */
export function isRepeatable(name: OperationName): name is RepeatableName {
  return (REPEATABLE_NAMES as readonly OperationName[]).includes(name);
}

/**
 * @param path without query
 */
export function routeOf(method: string, path: string): Route {
  if (path === ROOT) return method === 'POST' ? operation('createCall') : { kind: 'unknown' };
  const [, root, rootVerb] = /^\/calling\/(callConnections:(\w+)|recordings.*)$/.exec(path) ?? [];
  if (root !== undefined) return { kind: 'not-simulated', what: rootVerb ?? 'recording' };

  const [, id = '', rest = ''] = /^\/calling\/callConnections\/([^/:]+)(.*)$/.exec(path) ?? [];
  if (id === '') return { kind: 'unknown' };
  const name = ON_CALL[`${method} ${rest}`];
  if (name !== undefined) return operation(name, id);
  const participant = /^\/participants\/([^/]+)$/.exec(rest)?.[1];
  if (participant !== undefined && method === 'GET') return operation('getParticipant', id, decode(participant));
  const missing = NOT_SIMULATED.exec(`${method} ${rest}`)?.[1];
  return missing === undefined ? { kind: 'unknown' } : { kind: 'not-simulated', what: missing.replace(/^[:/]/, '') };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function operation(name: OperationName, callConnectionId = '', rawId = ''): Route {
  return { kind: 'operation', name, callConnectionId, rawId };
}
