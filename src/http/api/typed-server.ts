import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { CallApp } from '../../app/api.ts';
import type { Audit } from '../../audit/api.ts';
import type { MemberDesk } from '../../members/desk.ts';
import type { HttpConfig } from '../config.ts';

export type CallDeps = { readonly app: CallApp; readonly audit: Audit; readonly config: HttpConfig };

/** What the routes of members need, too. */
export type MemberDeps = CallDeps & { readonly desk: MemberDesk };

/** A server whose routes take their types from their schemas. */
export type CallServer = ReturnType<typeof typed>;

/** The same server, seen so. */
export const typed = (server: FastifyInstance) => server.withTypeProvider<TypeBoxTypeProvider>();
