import { create } from 'zustand'
import type { ErrorInfo } from '../../../../shared/domain/errors.ts'
import type { EqualFiles } from '../../../../shared/domain/storage.ts'
import { errorInfo } from '../../../lib/errors.ts'
import { startWork } from '../work.ts'

export const EQUAL_KEY = 'equal'

/** Equal files as they were last found; null before the first look. */
export const useEqual = create<{ found: EqualFiles[] | null; error: ErrorInfo | null }>()(() => ({
  found: null,
  error: null,
}))

/** Looks for files with the same bytes. Goes on when the dialog is closed. */
export async function lookForEqual(): Promise<void> {
  useEqual.setState({ error: null })
  try {
    const done = await startWork(EQUAL_KEY, (client, signal) => client.storage.findEqual(undefined, { signal }))
    if (done !== null) useEqual.setState({ found: done.equal })
  } catch (reason) {
    const error = errorInfo(reason)
    if (error.code !== 'cancelled') useEqual.setState({ error })
  }
}

/** Takes a group off the list once it is one copy. */
export function forgetEqual(sha256: string): void {
  useEqual.setState(({ found }) => ({ found: found?.filter((group) => group.sha256 !== sha256) ?? null }))
}

/** Puts a group back whose files were made separate again. */
export function rememberEqual(group: EqualFiles): void {
  useEqual.setState(({ found }) => ({ found: [...(found ?? []), group] }))
}
