/** Places whose files have not moved into their room yet. */
export const WAITING: readonly string[] = ['src/cli/commands.ts'];

/** Imports that still go through a wall. */
export const STRANGERS: readonly string[] = [
  'src/doctor/doctor.ts -> src/azure/credential.ts',
  'src/doctor/doctor.ts -> src/composition/parts.ts',
  'src/doctor/doctor.ts -> src/composition/stores.ts',
  'src/doctor/doctor.ts -> src/composition/system-clock.ts',
  'src/doctor/doctor.ts -> src/questionnaires/load.ts',
  'src/doctor/doctor.ts -> src/adapters/storage-rights/tables.ts',
  'src/doctor/identity.ts -> src/azure/credential.ts',
  'src/doctor/staff.ts -> src/config/api-keys.ts',
  'src/adapters/storage-rights/tables.ts -> src/doctor/check.ts',
  'src/cli/commands/backup.ts -> src/log/sqlite/log.ts',
  'src/cli/demo/run.ts -> src/cli/commands/members.ts',
];
