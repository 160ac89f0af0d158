import { AlertTriangle } from 'lucide-react'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import { useErrorText } from '../../lib/errors.ts'

/** What is wrong and what to do, above what it is about. */
export function Problem({ info }: { info: ErrorInfo }) {
  const { title, suggestion } = useErrorText()(info)
  return (
    <div role="alert" className="flex items-start gap-3 rounded-lg bg-bad-soft p-4">
      <AlertTriangle aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" strokeWidth={1.75} />
      <div className="min-w-0 wrap-anywhere">
        <p className="font-semibold">{title}</p>
        {suggestion !== undefined && <p className="mt-0.5 text-ink-2">{suggestion}</p>}
      </div>
    </div>
  )
}
