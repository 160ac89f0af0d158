import { CircleX, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ModelfileProblem } from '../../../../shared/domain/models.ts'

/** The mistakes of a Modelfile; choosing one leads to its place in the text. */
export function ProblemList({
  problems,
  onChoose,
}: {
  problems: readonly ModelfileProblem[]
  onChoose: (problem: ModelfileProblem) => void
}) {
  const { t } = useTranslation('models')
  if (problems.length === 0) return null
  return (
    <ul aria-label={t('modelfile.problems')} className="flex max-h-40 flex-col overflow-y-auto">
      {problems.map((problem) => {
        const { line, column, severity, message } = problem
        const bad = severity === 'error'
        const Icon = bad ? CircleX : TriangleAlert
        return (
          <li key={`${line}:${column}:${message}`}>
            <button
              type="button"
              onClick={() => onChoose(problem)}
              className="flex min-h-7 w-full items-start gap-2 rounded-sm px-1 py-1 text-start text-sm -outline-offset-2 hover:bg-tint"
            >
              <Icon
                aria-label={t(`modelfile.${severity}`)}
                className={`mt-0.5 size-4 shrink-0 ${bad ? 'text-bad' : 'text-warn'}`}
                strokeWidth={1.75}
              />
              <span className="tabular shrink-0 font-mono text-xs leading-5 text-ink-3">
                {line}:{column}
              </span>
              <span className="min-w-0 wrap-anywhere">{message}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
