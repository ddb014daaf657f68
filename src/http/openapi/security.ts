import type { StaffConfig } from '../../identity/staff.ts';

const JWT = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } as const;

/** How callers prove who they are. */
export const SECURITY_SCHEMES = {
  staffToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token of Entra ID with an app role, where that is set up; or a staff API key',
  },
  staffKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'A staff API key' },
  eventGridToken: {
    ...JWT,
    description: 'Issued by Entra ID for Event Grid, with the role AzureEventGridSecureWebhookSubscriber',
  },
  eventGridSecret: {
    type: 'apiKey',
    in: 'header',
    name: 'x-callistra-event-grid-secret',
    description:
      'Agreed upon with the subscription; as the parameter eventGridSecret only where the server is set up for that',
  },
  acsToken: { ...JWT, description: 'Issued by ACS' },
} as const;

/** What staff routes ask for; on loopback also nothing will do. */
export function staffSecurity({ mode }: Pick<StaffConfig, 'mode'>): { readonly [scheme: string]: readonly string[] }[] {
  const proofs = [{ staffToken: [] }, { staffKey: [] }];
  return mode === 'loopback' ? [{}, ...proofs] : proofs;
}
