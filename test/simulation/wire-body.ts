import type { CallTarget } from '../../src/app/ports.ts';
import type { Prompt, SentCommand } from '../../src/domain/call/bodies.ts';
import { teamsAccountOf } from '../../src/domain/call/line.ts';

/** The body of the request that carries a command, as the ACS adapter writes it. */
export function wireBody(command: SentCommand, target: CallTarget): Buffer {
  return Buffer.from(JSON.stringify(contentOf(command, target)));
}

function contentOf(command: SentCommand, target: CallTarget): Readonly<Record<string, unknown>> {
  const operationContext = command.id;
  switch (command.type) {
    case 'PlaceCall':
      return {
        targets: [phone(command.body.to)],
        ...sourceOf(command.body.from),
        callbackUri: target.callbackUri,
        operationContext,
        callIntelligenceOptions: { cognitiveServicesEndpoint: 'https://speech.example/' },
      };
    case 'AskQuestion':
      return {
        recognizeInputType: 'dtmf',
        playPrompt: spoken(command.body.prompt),
        interruptCallMediaOperation: command.body.interrupt,
        recognizeOptions: {
          interruptPrompt: true,
          initialSilenceTimeoutInSeconds: command.body.silenceSeconds,
          targetParticipant: phone(target.phoneNumber),
          dtmfOptions: { maxTonesToCollect: 1 },
        },
        operationContext,
      };
    case 'SayMessage':
      return {
        playSources: [spoken(command.body.prompt)],
        playTo: [],
        playOptions: { loop: false },
        interruptCallMediaOperation: command.body.interrupt,
        operationContext,
      };
    case 'HangUp':
    case 'CheckCall':
      return {};
  }
}

function sourceOf(line: string) {
  const account = teamsAccountOf(line);
  return account === null ? { sourceCallerIdNumber: { value: line } } : { teamsAppSource: { appId: account } };
}

function phone(value: string) {
  return { kind: 'phoneNumber', phoneNumber: { value } };
}

function spoken(prompt: Prompt) {
  return { kind: 'text', text: { text: prompt.text }, playSourceCacheId: prompt.cacheId };
}
