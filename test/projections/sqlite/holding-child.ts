import Database from 'libsql';

/** Holds a file for as long as this process lives, in the way that it is told. */
const [path = '', how = ''] = process.argv.slice(2);
const db = new Database(path);
db.exec(`BEGIN ${how}`);
process.stdout.write('held\n');
setInterval(() => undefined, 60_000);
