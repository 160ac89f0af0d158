import { useCallback } from 'react'
import type { SettingsPatch } from '../../../shared/domain/settings.ts'
import { useCall } from '../../components/use-call.ts'

/** Changes settings of the server at once; a failure is told as a toast, and the control shows what is still true. */
export function useChangeServer(): (patch: NonNullable<SettingsPatch['server']>) => void {
  const call = useCall()
  return useCallback((patch) => call((client) => client.settings.update({ server: patch })), [call])
}
