import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { HardwareState } from '../domain/hardware.ts'
import { remote } from './base.ts'

export const hardware = {
  watch: remote.output(eventIterator(HardwareState)),
  /** Asks the machine again, in a new throwaway process. */
  refresh: remote.output(z.void()),
}
