/**
 * The commands, each loaded when it is run: a server that is woken by a callback must not wait for what the demo needs.
 */
export const backup: typeof import('./backup.ts').backup = async (...args) =>
  (await import('./backup.ts')).backup(...args);
export const restore: typeof import('./backup.ts').restore = async (...args) =>
  (await import('./backup.ts')).restore(...args);
export const call: typeof import('./call.ts').call = async (...args) => (await import('./call.ts')).call(...args);
export const demo: typeof import('./demo.ts').demo = async (...args) => (await import('./demo.ts')).demo(...args);
export const doctor: typeof import('./doctor.ts').doctor = async (...args) =>
  (await import('./doctor.ts')).doctor(...args);
export const importMembers: typeof import('./members.ts').importMembers = async (...args) =>
  (await import('./members.ts')).importMembers(...args);
export const listMembers: typeof import('./members.ts').listMembers = async (...args) =>
  (await import('./members.ts')).listMembers(...args);
export const migrate: typeof import('./migrate.ts').migrate = async (...args) =>
  (await import('./migrate.ts')).migrate(...args);
export const endQuarantine: typeof import('./quarantine.ts').endQuarantine = async (...args) =>
  (await import('./quarantine.ts')).endQuarantine(...args);
export const listQuarantine: typeof import('./quarantine.ts').listQuarantine = async (...args) =>
  (await import('./quarantine.ts')).listQuarantine(...args);
export const rebuild: typeof import('./rebuild.ts').rebuild = async (...args) =>
  (await import('./rebuild.ts')).rebuild(...args);
export const serve: typeof import('./serve.ts').serve = async (...args) => (await import('./serve.ts')).serve(...args);
export const simulator: typeof import('./simulator.ts').simulator = async (...args) =>
  (await import('./simulator.ts')).simulator(...args);
export const verify: typeof import('./verify.ts').verify = async (...args) =>
  (await import('./verify.ts')).verify(...args);
