import type { OnLongWork, Sqlite } from './driver.ts';
import { isCorrupt } from './errors.ts';
import { isKept, type Kept, letGo, makeMissing } from './kept-by-triggers.ts';

/*
 * What a search of members goes by: words of names, folded by SQLite's own index of texts, which finds by how a word begins; ids
 * whatever their capitals; and how numbers end. Triggers keep it, whichever release writes.
 */

/** The index of texts knows rows by numbers, and members have none. */
const TABLES = `
  CREATE TABLE MemberPlaces (Place INTEGER PRIMARY KEY, MemberId TEXT NOT NULL UNIQUE) STRICT;
  CREATE VIRTUAL TABLE MemberNames USING fts5 (
    Name, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
  );`;

const PLACE = '(SELECT Place FROM MemberPlaces WHERE MemberId = NEW.MemberId)';

const TRIGGERS = `
  CREATE TRIGGER Members_sought_INSERT AFTER INSERT ON Members WHEN NEW.Name IS NOT NULL BEGIN
    INSERT INTO MemberPlaces (MemberId) VALUES (NEW.MemberId) ON CONFLICT DO NOTHING;
    INSERT INTO MemberNames (rowid, Name) VALUES (${PLACE}, NEW.Name);
  END;
  CREATE TRIGGER Members_sought_UPDATE AFTER UPDATE OF Name ON Members WHEN OLD.Name IS NOT NEW.Name BEGIN
    INSERT INTO MemberPlaces (MemberId) VALUES (NEW.MemberId) ON CONFLICT DO NOTHING;
    DELETE FROM MemberNames WHERE rowid = ${PLACE};
    INSERT INTO MemberNames (rowid, Name) SELECT ${PLACE}, NEW.Name WHERE NEW.Name IS NOT NULL;
  END;
  CREATE TRIGGER Members_sought_DELETE AFTER DELETE ON Members BEGIN
    DELETE FROM MemberNames WHERE rowid = (SELECT Place FROM MemberPlaces WHERE MemberId = OLD.MemberId);
    DELETE FROM MemberPlaces WHERE MemberId = OLD.MemberId;
  END;`;

const FILL = `
  INSERT INTO MemberPlaces (MemberId) SELECT MemberId FROM Members WHERE Name IS NOT NULL;
  INSERT INTO MemberNames (rowid, Name)
  SELECT P.Place, M.Name FROM Members M JOIN MemberPlaces P ON P.MemberId = M.MemberId WHERE M.Name IS NOT NULL;`;

/** No migration, so that a release that knows nothing of it goes on with the file. */
export const SOUGHT = `
  CREATE INDEX IF NOT EXISTS Members_MemberId_AnyCase ON Members (MemberId COLLATE NOCASE);
  CREATE INDEX IF NOT EXISTS Members_NumberEnd ON Members (substr(PhoneNumber, -4));
  DROP TRIGGER IF EXISTS Members_sought_INSERT;
  DROP TRIGGER IF EXISTS Members_sought_UPDATE;
  DROP TRIGGER IF EXISTS Members_sought_DELETE;
  DROP TABLE IF EXISTS MemberNames;
  DROP TABLE IF EXISTS MemberPlaces;
  ${TABLES}
  ${TRIGGERS}
  ${FILL}`;

const MEMBERS_SOUGHT: Kept = {
  table: 'Members',
  triggers: 'Members_sought_',
  sql: SOUGHT,
  inWords: 'an index of all members is made, once for this file: some fifteen seconds for each million',
};

/** Makes what is missing. Where it is damaged, members are saved and found without it. */
export function makeSought(db: Sqlite, onLongWork?: OnLongWork): void {
  try {
    makeMissing(db, MEMBERS_SOUGHT, onLongWork);
    db.number(`SELECT count(*) FROM (SELECT 1 FROM MemberNames WHERE MemberNames MATCH '"a"*' LIMIT 1)`)();
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    letGo(db, MEMBERS_SOUGHT.triggers);
  }
}

/** Prepares the question whether the index can be gone by. Whoever finds it damaged, in any process, lets go of it. */
export function isSoughtBy(db: Sqlite): () => boolean {
  return isKept(db, MEMBERS_SOUGHT.triggers);
}

/**
 * Does what changes members. Where their index refuses it, for it is damaged, it is done again without: the index can be made
 * again, as the next start does, and a member cannot.
 */
export function withOrWithoutIndex<Result>(db: Sqlite, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!isCorrupt(error) || !isSoughtBy(db)()) throw error;
    letGo(db, MEMBERS_SOUGHT.triggers);
    return work();
  }
}
