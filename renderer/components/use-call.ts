import { useCallback } from 'react'
import { errorInfo, useErrorText } from '../lib/errors.ts'
import { type Client, rpc } from '../lib/rpc.ts'
import { toast } from './ui/toast.tsx'

/** Calls the core without waiting; what goes wrong becomes a toast. */
export function useCall(): (run: (client: Client) => Promise<unknown>) => void {
  const errorText = useErrorText()
  return useCallback(
    (run) => {
      const attempt = async () => run(rpc())
      attempt().catch((error: unknown) => {
        const { title, suggestion } = errorText(errorInfo(error))
        toast({ title, description: suggestion, tone: 'bad' })
      })
    },
    [errorText],
  )
}
