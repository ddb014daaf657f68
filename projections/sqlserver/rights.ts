import type { MigrationChoice } from './migrations.ts';
import { parseTable, quoteName, quoteTable, quoteText } from './names.ts';

/** Names of the roles that have rights on a schema, as they are, and of the schema's owner among them. */
export function roleNames(schema: string) {
  return { server: `${schema}_server`, members: `${schema}_members`, migrations: `${schema}_migrations` } as const;
}

/** Makes the roles that are not there. */
export function makeRoles(schema: string): readonly string[] {
  return Object.values(roleNames(schema)).map(
    (role) =>
      `IF DATABASE_PRINCIPAL_ID(${quoteText(role)}) IS NULL CREATE ROLE ${quoteName(role)} AUTHORIZATION [dbo];`,
  );
}

/**
 * Gives each role what it needs: the server the rows of the read models, and to read the members; whoever imports members
 * the rows of that table; whoever migrates the schema. May be run again.
 */
export function grants({ tables: { schema }, members, membersIndex }: MigrationChoice): readonly string[] {
  const roles = roleNames(schema);
  const [server, importer, migrator] = [roles.server, roles.members, roles.migrations].map(quoteName);
  const table = `OBJECT::${quoteTable(parseTable(members.table))}`;
  const isOwner = `SELECT 1 FROM sys.schemas WHERE name = ${quoteText(schema)} AND principal_id = DATABASE_PRINCIPAL_ID(${quoteText(roles.migrations)})`;
  return [
    `GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::${quoteName(schema)} TO ${server};`,
    `GRANT SELECT ON ${table} TO ${server};`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${importer};`,
    `GRANT CREATE TABLE TO ${migrator};`,
    // An owner can be given nothing.
    `IF NOT EXISTS (${isOwner}) GRANT CONTROL ON SCHEMA::${quoteName(schema)} TO ${migrator};`,
    ...(membersIndex ? [`GRANT ALTER ON ${table} TO ${migrator};`] : []),
  ];
}
