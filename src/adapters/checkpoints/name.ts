const NAME = /^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*)*$/;
const NAME_MAX = 200;

/** Names come from us alone: one that could lead out of a folder is a bug. @throws TypeError */
export function assertName(name: string): void {
  if (!NAME.test(name) || name.length > NAME_MAX) throw new TypeError('no object of a tree has such a name');
}
