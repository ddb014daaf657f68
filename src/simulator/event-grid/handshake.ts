import type { ExchangeAnswer } from './exchange.ts';
import { inSchema, VALIDATION_TYPE } from './grid-event.ts';
import { type GridOffice, subscriberHeaders } from './office.ts';
import type { Subscription } from './subscription.ts';
import { topicId } from './topic-id.ts';

/** Who asks, as the service names itself. */
const ORIGIN = 'eventgrid.azure.net';
const SECOND_TRY_MS = 5_000;
/** How long the validation URL can be called instead of answering. */
const MANUAL_WITHIN_MS = 10 * 60_000;

type Finding =
  | { readonly kind: 'proven' }
  /** Answered, but without the proof, which may still come by the validation URL. */
  | { readonly kind: 'unproven' }
  | { readonly kind: 'refused'; readonly problem: string };

/** Asks the endpoint whether it wants the events, twice at most, and leaves the answer in the subscription's state. */
export async function shakeHands(office: GridOffice, subscription: Subscription): Promise<void> {
  let finding = await askOnce(office, subscription);
  if (finding.kind === 'refused' && isValidating(subscription)) {
    subscription.problem = finding.problem;
    await office.timers.sleep(SECOND_TRY_MS);
    if (isValidating(subscription) && !office.isClosed()) finding = await askOnce(office, subscription);
  }
  if (!isValidating(subscription)) return;
  subscription.problem = undefined;
  if (finding.kind === 'proven') subscription.state = 'active';
  else if (finding.kind === 'refused') fail(subscription, finding.problem);
  else awaitManualValidation(office, subscription);
}

function awaitManualValidation(office: GridOffice, subscription: Subscription): void {
  subscription.state = 'awaiting-manual-validation';
  office.timers.after(MANUAL_WITHIN_MS, () => {
    if (subscription.state === 'awaiting-manual-validation') fail(subscription, 'the validation URL was not called');
  });
}

function fail(subscription: Subscription, problem: string): void {
  subscription.state = 'failed';
  subscription.problem = problem;
}

/** A function, because the state changes while others are waited for. */
function isValidating(subscription: Subscription): boolean {
  return subscription.state === 'validating';
}

async function askOnce(office: GridOffice, subscription: Subscription): Promise<Finding> {
  const isCloudEvents = subscription.settings.schema === 'CloudEventSchemaV1_0';
  const answer = await (isCloudEvents ? askByOptions(office, subscription) : askByEvent(office, subscription));
  if (answer.kind !== 'answer') {
    return { kind: 'refused', problem: answer.kind === 'timeout' ? 'no answer within 30 s' : 'no connection' };
  }
  if (answer.status !== 200) return { kind: 'refused', problem: `answered ${answer.status}` };
  return isCloudEvents ? allowedOrigin(answer.headers['webhook-allowed-origin']) : echoed(answer.text, subscription);
}

async function askByOptions(office: GridOffice, subscription: Subscription): Promise<ExchangeAnswer> {
  const { 'aeg-output-event-id': _, ...headers } = await headersOf(office, subscription);
  const request = {
    ...headers,
    'WebHook-Request-Origin': ORIGIN,
    'WebHook-Request-Callback': validationUrl(office, subscription),
    'WebHook-Request-Rate': '120',
  };
  const uri = subscription.settings.endpoint;
  return office.exchange.ask({ method: 'OPTIONS', uri, headers: request, body: Buffer.alloc(0) });
}

async function askByEvent(office: GridOffice, subscription: Subscription): Promise<ExchangeAnswer> {
  const { settings, validationCode } = subscription;
  const event = {
    id: office.newId(),
    type: VALIDATION_TYPE,
    source: topicId(settings.topic),
    subject: '',
    time: office.timeNow(),
    data: { validationCode, validationUrl: validationUrl(office, subscription) },
    dataVersion: '2',
    extensions: {},
  };
  const headers = {
    ...(await headersOf(office, subscription)),
    'Content-Type': 'application/json; charset=utf-8',
    'aeg-data-version': event.dataVersion,
    'aeg-metadata-version': '1',
  };
  const body = Buffer.from(JSON.stringify([inSchema(event, 'EventGridSchema')]));
  return office.exchange.ask({ method: 'POST', uri: settings.endpoint, headers, body });
}

function headersOf(office: GridOffice, subscription: Subscription) {
  return subscriberHeaders(office, subscription, 'SubscriptionValidation', 0);
}

function validationUrl(office: GridOffice, { settings, validationCode }: Subscription): string {
  return `${office.url()}/eventGrid/validate?subscription=${settings.name}&code=${validationCode}`;
}

function allowedOrigin(header: string | string[] | undefined): Finding {
  if (header === undefined) return { kind: 'unproven' };
  if (header === '*' || header === ORIGIN) return { kind: 'proven' };
  return { kind: 'refused', problem: 'WebHook-Allowed-Origin names somebody else' };
}

function echoed(text: string, { validationCode }: Subscription): Finding {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null || !('validationResponse' in body)) return { kind: 'unproven' };
    if (body.validationResponse === validationCode) return { kind: 'proven' };
    return { kind: 'refused', problem: 'validationResponse is another code' };
  } catch {
    return { kind: 'unproven' };
  }
}
