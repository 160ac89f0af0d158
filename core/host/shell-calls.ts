import type { CoreToShell, ShellCall, ShellCalls } from '../../shared/process/shell.ts'

type CallName = keyof ShellCalls

interface PendingCall {
  resolve: (output: unknown) => void
  reject: (error: Error) => void
}

/** Calls that the shell answers, in any order; each waits for its own answer. */
export function createShellCalls(post: (message: CoreToShell) => void) {
  const pending = new Map<number, PendingCall>()
  let nextId = 1

  function settle(callId: number): PendingCall | undefined {
    const call = pending.get(callId)
    pending.delete(callId)
    return call
  }

  return {
    /** Rejects with what the shell says when it could not be done. */
    call<Name extends CallName>(name: Name, input: ShellCalls[Name]['input']): Promise<ShellCalls[Name]['output']> {
      const callId = nextId++
      return new Promise((resolve, reject) => {
        // The shell answers each name with its own type; TypeScript can't tie the two over an id.
        pending.set(callId, { resolve: resolve as PendingCall['resolve'], reject })
        post({ type: 'call', callId, name, input } as ShellCall) // name and input belong together by the signature
      })
    },
    answer: (callId: number, output: string | null) => settle(callId)?.resolve(output),
    fail: (callId: number, message: string) => settle(callId)?.reject(new Error(message)),
  }
}
