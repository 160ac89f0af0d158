import { eventIterator } from '@orpc/contract'
import { Settings, SettingsPatch } from '../domain/settings.ts'
import { remote } from './base.ts'

export const settings = {
  watch: remote.output(eventIterator(Settings)),
  /** Changes some fields at once; the answer is everything. What concerns the machine only from this machine. */
  update: remote.input(SettingsPatch).output(Settings),
}
