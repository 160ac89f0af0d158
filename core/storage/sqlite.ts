import { DatabaseSync } from '@photostructure/sqlite'

/** An open SQLite database, with the interface of Node's own `node:sqlite`. */
export type Database = InstanceType<typeof DatabaseSync>
