import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Notice, SystemInfo } from '../domain/system.ts'
import { localOnly, remote } from './base.ts'

export const system = {
  info: remote.output(SystemInfo),
  watchNotices: remote.output(eventIterator(z.array(Notice))),
  dismissNotice: remote.input(z.object({ id: z.string() })).output(z.void()),
  /** Opens the data folder in the file manager. */
  openHome: localOnly.output(z.void()),
}
