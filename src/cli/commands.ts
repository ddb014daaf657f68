/**
 * The commands, each loaded when it is run: a server that is woken by a callback must not wait for what the demo needs.
 */
export const backup: typeof import('./commands/backup.ts').backup = async (...args) =>
  (await import('./commands/backup.ts')).backup(...args);
export const restore: typeof import('./commands/backup.ts').restore = async (...args) =>
  (await import('./commands/backup.ts')).restore(...args);
export const call: typeof import('./commands/call.ts').call = async (...args) =>
  (await import('./commands/call.ts')).call(...args);
export const demo: typeof import('./commands/demo.ts').demo = async (...args) =>
  (await import('./commands/demo.ts')).demo(...args);
export const doctor: typeof import('./commands/doctor.ts').doctor = async (...args) =>
  (await import('./commands/doctor.ts')).doctor(...args);
export const importMembers: typeof import('./commands/members.ts').importMembers = async (...args) =>
  (await import('./commands/members.ts')).importMembers(...args);
export const listMembers: typeof import('./commands/members.ts').listMembers = async (...args) =>
  (await import('./commands/members.ts')).listMembers(...args);
export const migrate: typeof import('./commands/migrate.ts').migrate = async (...args) =>
  (await import('./commands/migrate.ts')).migrate(...args);
export const endQuarantine: typeof import('./commands/quarantine.ts').endQuarantine = async (...args) =>
  (await import('./commands/quarantine.ts')).endQuarantine(...args);
export const listQuarantine: typeof import('./commands/quarantine.ts').listQuarantine = async (...args) =>
  (await import('./commands/quarantine.ts')).listQuarantine(...args);
export const rebuild: typeof import('./commands/rebuild.ts').rebuild = async (...args) =>
  (await import('./commands/rebuild.ts')).rebuild(...args);
export const serve: typeof import('./commands/serve.ts').serve = async (...args) =>
  (await import('./commands/serve.ts')).serve(...args);
export const simulator: typeof import('./commands/simulator.ts').simulator = async (...args) =>
  (await import('./commands/simulator.ts')).simulator(...args);
export const verify: typeof import('./commands/verify.ts').verify = async (...args) =>
  (await import('./commands/verify.ts')).verify(...args);
