import { isIP } from 'node:net';
import type { AccessRecord } from '../../../projections/access.ts';
import { isOneOf } from '../../base/one-of.ts';
import { PURPOSES } from '../access/look.ts';
import type { Recipient } from '../export/entries.ts';
import { type Agent, absent, type Coding, type Concept, type Network, type Reference } from './audit-event.ts';
import { AGENT, OURS, purposeCoding, SERVER_SOURCE } from './codes.ts';

/** The server whose log it is. @see PUBLIC_BASE_URL */
export type Site = { readonly url: string };

export const concept = (coding: Coding): Concept => ({ coding: [coding] });

/** The server, as an agent and as who recorded the event: BALP asks that both be the same. */
export function serverOf({ url }: Site): Reference {
  return { type: 'Device', identifier: { system: 'urn:ietf:rfc:3986', value: url } };
}

export function serverAgent(site: Site, type: Coding): Agent {
  return {
    type: concept(type),
    who: serverOf(site),
    requestor: false,
    network: { address: site.url, type: '5' },
  };
}

export function sourceOf(site: Site) {
  return { site: new URL(site.url).host, observer: serverOf(site), type: [SERVER_SOURCE] };
}

type Who = Pick<AccessRecord, 'name' | 'kind' | 'roles' | 'purpose' | 'address'>;

/** Whoever asked; that they are no person stands beside their roles. */
export function userAgent({ name, kind, roles, purpose }: Who): Agent {
  const codings = [
    ...roles.map((code) => ({ system: OURS.role, code })),
    ...(kind === 'unknown' ? [] : [{ system: OURS.actorKind, code: kind }]),
  ];
  const codes = purposesOf(purpose);
  return {
    type: concept(AGENT.user),
    ...(codings.length > 0 && { role: codings.map(concept) }),
    who: { identifier: { system: OURS.staff, value: name } },
    requestor: true,
    ...(codes.length > 0 && { purposeOfUse: codes }),
  };
}

/** What the request came from, as far as the server saw it; a command on the server's own machine has no address. */
export function clientAgent({ address }: Who, type: Coding): Agent {
  return {
    type: concept(type),
    who: address ? { display: address } : absent('unknown'),
    requestor: false,
    network: peerNetwork(address),
  };
}

export function peerNetwork(address: string | null): Network {
  return address ? { address, type: isIP(address) === 0 ? '1' : '2' } : absent('unknown');
}

/** Null: nobody knows whom it went to. A postal address is a place, and no address of a network. */
export function recipientAgent(recipient: Recipient | null): Agent {
  const address = recipient?.address || null;
  const network = address === null ? null : givenNetwork(address);
  return {
    type: concept(AGENT.to),
    who: recipient ? { display: recipient.name } : absent('unknown'),
    requestor: false,
    ...(address !== null && network === null && { location: { display: address } }),
    network: network ?? absent('unknown'),
  };
}

function givenNetwork(address: string): Network | null {
  if (isIP(address) !== 0) return { address, type: '2' };
  if (/^[a-z][a-z0-9+.-]*:\S+$/i.test(address)) return { address, type: '5' };
  if (/^[^\s@]+@[^\s@]+$/.test(address)) return { address, type: '4' };
  if (/^\+?[0-9][0-9 ()./-]{5,}$/.test(address)) return { address, type: '3' };
  return /^(?:[a-z0-9-]+\.)+[a-z]{2,}$/i.test(address) ? { address, type: '1' } : null;
}

/** None where the entry says none, or one that is not known here. */
export function purposesOf(purpose: string | null): Concept[] {
  return purpose !== null && isOneOf(PURPOSES, purpose) ? [concept(purposeCoding(purpose))] : [];
}
