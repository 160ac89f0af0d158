import { useCallback } from 'react'
import type { SettingsPatch } from '../../../shared/domain/settings.ts'
import { toast } from '../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { updateSettings } from '../../lib/state/settings.ts'

/** Changes settings at once; a failure is told as a toast, and the control shows what is still true. */
export function useChangeSettings(): (patch: SettingsPatch) => void {
  const errorText = useErrorText()
  return useCallback(
    (patch) => {
      updateSettings(patch).catch((reason: unknown) => {
        const { title, suggestion } = errorText(errorInfo(reason))
        toast({ tone: 'bad', title, description: suggestion })
      })
    },
    [errorText],
  )
}
