import { ORPCError } from '@orpc/client'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { APP_ERROR as ContractAppError } from '../../shared/contract/base.ts'
import { ErrorInfo, toErrorInfo } from '../../shared/domain/errors.ts'

/** Anything that a call threw, as an {@link ErrorInfo}. */
export function errorInfo(error: unknown): ErrorInfo {
  if (error instanceof ORPCError) {
    if (error.code === APP_ERROR) {
      const parsed = ErrorInfo.safeParse(error.data)
      if (parsed.success) return parsed.data
    }
    return { code: 'internal', message: error.message }
  }
  return toErrorInfo(error)
}

// Written out: importing it from the contract would pull the whole contract builder into the window.
const APP_ERROR: typeof ContractAppError = 'APP_ERROR'

export interface ErrorText {
  title: string
  suggestion?: string
}

const PLACEHOLDER = /\{\{(\w+)\}\}/g

/** A sentence with its facts filled in, or undefined when one of them is missing. */
function fill(sentence: string | undefined, facts: Record<string, unknown>): string | undefined {
  if (sentence === undefined) return undefined
  const names = [...sentence.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '')
  if (names.some((name) => facts[name] === undefined)) return undefined
  return sentence.replace(PLACEHOLDER, (_, name: string) => String(facts[name]))
}

/**
 * The sentences to show for an error. `lookup` finds a raw translation by key. Where the error lacks a fact that the
 * title needs, the title without facts (`plain`) stands in, and after that the English of the error itself.
 */
export function errorText(info: ErrorInfo, lookup: (key: string) => string | undefined): ErrorText {
  const facts = { ...info.data, message: info.message, suggestion: info.suggestion }
  const title = fill(lookup(`${info.code}.title`), facts) ?? fill(lookup(`${info.code}.plain`), facts) ?? info.message
  const suggestion = fill(lookup(`${info.code}.suggestion`), facts) ?? info.suggestion
  return suggestion === undefined || suggestion === '' ? { title } : { title, suggestion }
}

/** Words errors in the language of the window. */
export function useErrorText(): (info: ErrorInfo) => ErrorText {
  const { t, i18n } = useTranslation('errors')
  return useCallback(
    (info: ErrorInfo) =>
      errorText(info, (key) => (i18n.exists(key, { ns: 'errors' }) ? t(key, { skipInterpolation: true }) : undefined)),
    [t, i18n],
  )
}
