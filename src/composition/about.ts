import { READ_STORE_MIGRATIONS } from '../../projections/sqlite/migrations.ts';
import { LATEST } from '../../projections/sqlserver/migrations.ts';
import type { Config } from '../config/config.ts';
import type { About } from '../console/deps.ts';
import { VERSION } from './version.ts';

/** What runs here, and on what. */
export function aboutOf({ tables, sql, eventGrid }: Pick<Config, 'tables' | 'sql' | 'eventGrid'>): About {
  return {
    release: VERSION,
    node: process.version,
    log: tables ? 'Azure Tables' : 'a file of this machine',
    readModels: sql
      ? `SQL Server, tables of migration ${LATEST}`
      : `a file of this machine, tables of migration ${READ_STORE_MIGRATIONS.length}`,
    takesEventGrid: eventGrid !== null,
  };
}
