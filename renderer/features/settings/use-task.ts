import { useState } from 'react'
import { toast } from '../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../lib/errors.ts'

/** Runs one thing at a time; what it rejects with is told as a toast. Resolves with whether it was done. */
export function useTask(): { busy: boolean; run: (task: () => Promise<unknown>) => Promise<boolean> } {
  const errorText = useErrorText()
  const [busy, setBusy] = useState(false)
  const run = async (task: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true)
    try {
      await task()
      return true
    } catch (reason) {
      const { title, suggestion } = errorText(errorInfo(reason))
      toast({ tone: 'bad', title, description: suggestion })
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, run }
}
