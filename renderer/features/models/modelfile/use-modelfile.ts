import { useCallback, useEffect, useRef, useState } from 'react'
import type { ErrorInfo } from '../../../../shared/domain/errors.ts'
import type { Modelfile, ModelfileProblem } from '../../../../shared/domain/models.ts'
import { errorInfo } from '../../../lib/errors.ts'
import { rpc } from '../../../lib/rpc.ts'

const REST_MS = 200

export interface ModelfileDraft {
  /** The text is what counts; the form reads and writes it. */
  text: string
  /** What the text says; null while it has a mistake that hides it. */
  modelfile: Modelfile | null
  problems: readonly ModelfileProblem[]
  error: ErrorInfo | null
  /** The text or the form was changed a moment ago and the other does not say so yet. */
  settling: boolean
  setText(text: string): void
  setModelfile(modelfile: Modelfile): void
}

/** One Modelfile as text and as form: whichever is changed, the other follows a moment later. */
export function useModelfile(initial: string): ModelfileDraft {
  const [text, setTextState] = useState(initial)
  const [modelfile, setModelfileState] = useState<Modelfile | null>(null)
  const [problems, setProblems] = useState<readonly ModelfileProblem[]>([])
  const [error, setError] = useState<ErrorInfo | null>(null)
  const [settling, setSettling] = useState(true)
  const timer = useRef(0)
  const turn = useRef(0)

  /** Does `work` once nothing changes any more; what is answered late to an earlier change is dropped. */
  const settle = useCallback((work: (current: () => boolean) => Promise<void>, afterMs: number) => {
    const mine = ++turn.current
    const current = () => mine === turn.current
    clearTimeout(timer.current)
    setSettling(true)
    timer.current = window.setTimeout(() => {
      work(current)
        .then(
          () => current() && setError(null),
          (reason: unknown) => current() && setError(errorInfo(reason)),
        )
        .finally(() => current() && setSettling(false))
    }, afterMs)
  }, [])

  const read = useCallback(async (next: string, current: () => boolean, keepForm: boolean) => {
    const answer = await rpc().models.parseModelfile({ text: next })
    if (!current()) return
    setProblems(answer.problems)
    if (!keepForm) setModelfileState(answer.modelfile)
  }, [])

  useEffect(() => {
    settle((current) => read(initial, current, false), 0)
    return () => clearTimeout(timer.current)
  }, [initial, read, settle])

  return {
    text,
    modelfile,
    problems,
    error,
    settling,
    setText(next) {
      setTextState(next)
      settle((current) => read(next, current, false), REST_MS)
    },
    setModelfile(next) {
      setModelfileState(next)
      settle(async (current) => {
        const written = await rpc().models.writeModelfile({ modelfile: next })
        if (!current()) return
        setTextState(written.text)
        await read(written.text, current, true)
      }, REST_MS)
    },
  }
}
