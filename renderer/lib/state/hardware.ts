import type { HardwareState } from '../../../shared/domain/hardware.ts'
import { createLive } from '../live.ts'

/** What this computer has to compute with. */
export const useHardware = createLive<HardwareState>((client, signal) => client.hardware.watch(undefined, { signal }))
