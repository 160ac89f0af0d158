import { useCallback, useEffect, useState } from 'react'
import type { HubAccount } from '../../../shared/domain/hubs.ts'
import { rpc } from '../../lib/rpc.ts'

/**
 * What is known of the person's accounts at the hubs; none where they can't be asked for. A hub without accounts for us
 * is left out.
 */
export function useAccounts(local: boolean): { accounts: HubAccount[]; replace: (account: HubAccount) => void } {
  const [accounts, setAccounts] = useState<HubAccount[]>([])
  useEffect(() => {
    if (!local) return
    let left = false
    const ask = async () => rpc().hubs.accounts()
    ask().then(
      (all) => {
        if (!left) setAccounts(all.filter(({ hub }) => hub !== 'ollama'))
      },
      // Without a connection the whole page says so.
      () => undefined,
    )
    return () => {
      left = true
    }
  }, [local])
  const replace = useCallback(
    (next: HubAccount) => setAccounts((all) => all.map((account) => (account.hub === next.hub ? next : account))),
    [],
  )
  return { accounts, replace }
}
