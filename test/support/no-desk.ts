import type { MemberDesk } from '../../src/members/desk.ts';

/** Of a server whose members nobody changes. */
export const NO_DESK: MemberDesk = {
  readOnly: 'the members of this test are fixed',
  remove: () => Promise.reject(new Error('read only')),
  importCsv: () => Promise.reject(new Error('read only')),
};
