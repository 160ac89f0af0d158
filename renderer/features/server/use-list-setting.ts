import { useEffect, useState } from 'react'
import type { SettingsPatch } from '../../../shared/domain/settings.ts'
import { useCall } from '../../components/use-call.ts'

/**
 * A list among the server's settings that is changed as a whole. What was just changed is seen at once, so that the next
 * change builds on it; a failure is told as a toast, and what is stored is seen again.
 */
export function useListSetting<T>(
  stored: readonly T[],
  patchOf: (values: T[]) => NonNullable<SettingsPatch['server']>,
): [values: readonly T[], change: (values: T[]) => void] {
  const call = useCall()
  const [pending, setPending] = useState<readonly T[] | null>(null)
  useEffect(() => setPending(null), [stored])
  const change = (values: T[]) => {
    setPending(values)
    call(async (client) => {
      try {
        await client.settings.update({ server: patchOf(values) })
      } catch (reason) {
        setPending(null)
        throw reason
      }
    })
  }
  return [pending ?? stored, change]
}
