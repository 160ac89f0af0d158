import { create } from 'zustand'
import type { ErrorInfo } from '../../shared/domain/errors.ts'

export interface Connection {
  /**
   * `refused`: this browser has not been let in. `failed`: the core can't run; `error` says why.
   * `lost`: it was there and is gone, or never came; it is being looked for.
   */
  state: 'connecting' | 'open' | 'lost' | 'refused' | 'failed'
  /** How often the connection came back after it had been lost. */
  restarts: number
  everOpen: boolean
  error: ErrorInfo | null
}

/** Where the connection to the core stands. */
export const useConnection = create<Connection>()(() => ({
  state: 'connecting',
  restarts: 0,
  everOpen: false,
  error: null,
}))
