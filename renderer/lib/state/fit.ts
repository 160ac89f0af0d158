import { useEffect, useMemo, useRef, useState } from 'react'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import type { FitAnswer, FitCandidate, FitEstimate, FitRequest } from '../../../shared/domain/fit.ts'
import type { CatalogueModel } from '../../../shared/domain/hubs.ts'
import { errorInfo } from '../errors.ts'
import { rpc, useConnection } from '../rpc.ts'

/** A slider that moves asks only once it rests. */
const REST_MS = 120
/** The most that one call takes. */
const MOST = 500
/** Until the memory's speed is measured, the figures for speed are asked for again. */
const MEASURING_MS = 5000

export interface Fit {
  /** The last answer; it stays while a newer one is on its way. */
  answer: FitAnswer | null
  error: ErrorInfo | null
  /** The answer belongs to an earlier question. */
  stale: boolean
  retry: () => void
}

/** How models would fit into this computer; asks again when the question changes. Null asks nothing. */
export function useFit(request: FitRequest | null): Fit {
  const [result, setResult] = useState<{ key: string; answer: FitAnswer | null; error: ErrorInfo | null } | null>(null)
  const [round, setRound] = useState(0)
  const open = useConnection((connection) => connection.state === 'open')
  const key = useMemo(() => JSON.stringify(request), [request])
  const first = result === null
  const measuring = result?.answer?.machine.ramBytesPerSecond === null

  useEffect(() => {
    if (request === null || !open) return
    const stop = new AbortController()
    const ask = async (): Promise<void> => {
      try {
        const answer = await rpc().models.fit(request, { signal: stop.signal })
        if (!stop.signal.aborted) setResult({ key, answer, error: null })
      } catch (error) {
        if (stop.signal.aborted) return
        setResult((last) => ({ key, answer: last?.answer ?? null, error: errorInfo(error) }))
      }
    }
    const timer = setTimeout(() => void ask(), first ? 0 : REST_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
    // The key stands for the request; whether it is the first decides only about the pause.
    // eslint-disable-next-line react/exhaustive-deps
  }, [key, open, round])

  useEffect(() => {
    if (!measuring) return
    const timer = setTimeout(() => setRound((now) => now + 1), MEASURING_MS)
    return () => clearTimeout(timer)
  }, [measuring, round, result])

  return {
    answer: result?.answer ?? null,
    error: result?.error ?? null,
    stale: result === null || result.key !== key,
    retry: () => setRound((now) => now + 1),
  }
}

/**
 * Estimates of many models at the usual context, by candidate id: asked in batches as models come, each one once. What
 * can't be had is simply missing.
 */
export function useEstimates(candidates: readonly FitCandidate[]): ReadonlyMap<string, FitEstimate> {
  const [known, setKnown] = useState<ReadonlyMap<string, FitEstimate>>(() => new Map())
  const asked = useRef(new Set<string>())
  const open = useConnection((connection) => connection.state === 'open')
  useEffect(() => {
    const wanted = candidates.filter((candidate) => !asked.current.has(candidate.id)).slice(0, MOST)
    if (wanted.length === 0 || !open) return
    for (const { id } of wanted) asked.current.add(id)
    rpc()
      .models.fit({ candidates: wanted, contextLength: null, kvType: 'f16' })
      .then(
        ({ estimates }) => {
          setKnown((last) => new Map([...last, ...estimates.map((estimate) => [estimate.id, estimate] as const)]))
        },
        // A list without badges is still a list; with the next models these are asked for again.
        () => {
          for (const { id } of wanted) asked.current.delete(id)
        },
      )
  }, [candidates, known, open])
  return known
}

/** The quantization of a curated model that suits this computer best, and how it would run. */
export interface CatalogueFit {
  variantId: string
  estimate: FitEstimate
  recommended: boolean
}

/**
 * How the curated models would run here, by their name: the recommended quantization, else the smallest. Null until all
 * is known.
 */
export function useCatalogueFits(
  models: readonly CatalogueModel[] | null,
  candidatesOf: (model: CatalogueModel) => FitCandidate[],
): ReadonlyMap<string, CatalogueFit> | null {
  const [fits, setFits] = useState<ReadonlyMap<string, CatalogueFit> | null>(null)
  const [round, setRound] = useState(0)
  const [measuring, setMeasuring] = useState(false)
  const open = useConnection((connection) => connection.state === 'open')

  useEffect(() => {
    if (models === null || !open) return
    const stop = new AbortController()
    const ask = async (): Promise<void> => {
      const answers = await Promise.all(
        models.map((model) =>
          rpc().models.fit(
            { candidates: candidatesOf(model), contextLength: null, kvType: 'f16' },
            { signal: stop.signal },
          ),
        ),
      )
      if (stop.signal.aborted) return
      setFits(new Map(models.flatMap((model, index) => entryOf(model.name, answers[index]))))
      setMeasuring(answers.some(({ machine }) => machine.ramBytesPerSecond === null))
    }
    // Models without a badge can still be looked at.
    ask().catch(() => {})
    return () => stop.abort()
  }, [models, candidatesOf, open, round])

  useEffect(() => {
    if (!measuring) return
    const timer = setTimeout(() => setRound((now) => now + 1), MEASURING_MS)
    return () => clearTimeout(timer)
  }, [measuring, round])

  return fits
}

function entryOf(name: string, answer: FitAnswer | undefined): [string, CatalogueFit][] {
  if (answer === undefined) return []
  const chosen = answer.estimates.find((estimate) => estimate.id === answer.recommended?.id)
  const smallest = answer.estimates.toSorted((a, b) => a.memory.weights - b.memory.weights)[0]
  const estimate = chosen ?? smallest
  return estimate === undefined ? [] : [[name, { variantId: estimate.id, estimate, recommended: chosen !== undefined }]]
}
