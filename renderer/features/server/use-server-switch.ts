import { useEffect, useState } from 'react'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import type { ServerStatus } from '../../../shared/domain/server.ts'
import { errorInfo } from '../../lib/errors.ts'
import { rpc } from '../../lib/rpc.ts'
import { updateSettings } from '../../lib/state/settings.ts'

export interface ServerSwitch {
  busy: boolean
  /** Why the last change did not work. */
  error: ErrorInfo | null
  set(enabled: boolean): void
  /** Stores another port, then tries to start there. Rejects when it can't be stored. */
  startOn(port: number): Promise<void>
}

/** Turns the server on and off. An error is forgotten once the server runs, whoever started it. */
export function useServerSwitch(state: ServerStatus['state']): ServerSwitch {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ErrorInfo | null>(null)

  useEffect(() => {
    if (state === 'on') setError(null)
  }, [state])

  const change = async (enabled: boolean) => {
    setBusy(true)
    setError(null)
    try {
      await rpc().server.setEnabled({ enabled })
    } catch (reason) {
      setError(errorInfo(reason))
    } finally {
      setBusy(false)
    }
  }

  return {
    busy,
    error,
    set: (enabled) => void change(enabled),
    async startOn(port) {
      await updateSettings({ server: { port } })
      await change(true)
    },
  }
}
