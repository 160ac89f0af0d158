import { CircleCheck, CircleMinus, CircleX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Conformance } from '../../../shared/domain/models.ts'
import { Card } from '../../components/ui/card.tsx'
import { useFormat } from '../../lib/format.ts'
import { type Outcome, outcomeOf, score, type TestName, TESTS } from './conformance-words.ts'

const LOOKS = {
  yes: { icon: CircleCheck, colour: 'text-good' },
  native: { icon: CircleCheck, colour: 'text-good' },
  constrained: { icon: CircleCheck, colour: 'text-good' },
  no: { icon: CircleX, colour: 'text-bad' },
  none: { icon: CircleMinus, colour: 'text-ink-3' },
} satisfies Record<Outcome, unknown>

/** What the model was found to do when it was tried, with what was asked and what came. */
export function ModelConformance({ conformance }: { conformance: Conformance }) {
  const { t } = useTranslation('models')
  const { date, number } = useFormat()
  const { passed, of } = score(conformance)
  return (
    <Card className="flex flex-col gap-2 p-4" role="group" aria-label={t('conformance.title')}>
      <div className="flex flex-wrap items-baseline gap-2">
        <h3 className="font-semibold">{t('conformance.title')}</h3>
        <span className="tabular grow text-sm text-ink-2">
          {t('conformance.score', { passed: number(passed), of: number(of) })}
        </span>
        <span className="text-sm text-ink-3">{t('conformance.at', { date: date(conformance.testedAt) })}</span>
      </div>
      <ul className="flex flex-col">
        {TESTS.map((test) => (
          <Test key={test} test={test} conformance={conformance} />
        ))}
      </ul>
    </Card>
  )
}

function Test({ test, conformance }: { test: TestName; conformance: Conformance }) {
  const { t } = useTranslation('models')
  const outcome = outcomeOf(conformance, test)
  const { icon: Icon, colour } = LOOKS[outcome]
  const answers = conformance.details.filter((detail) => detail.test === test)
  const words = (
    <>
      <Icon aria-hidden="true" className={`size-4 shrink-0 ${colour}`} strokeWidth={1.75} />
      {t(`conformance.${test}.${outcome}`)}
    </>
  )
  if (answers.length === 0) return <li className="flex min-h-7 items-center gap-2 text-sm">{words}</li>
  return (
    <li>
      <details className="group text-sm">
        <summary className="flex min-h-7 w-fit list-none items-center gap-2 rounded-sm pe-2">
          {words}
          <span className="text-ink-3 underline decoration-dotted underline-offset-4 group-hover:text-ink-2">
            {t('conformance.details')}
          </span>
        </summary>
        <div className="flex flex-col gap-1.5 ps-6 pb-2">
          <p className="text-ink-2">{t(`conformance.${test}.asked`)}</p>
          {answers.map(({ answer, passed }) => (
            <pre
              key={answer}
              tabIndex={0}
              aria-label={t(passed ? 'conformance.cameRight' : 'conformance.cameWrong')}
              className="max-h-48 overflow-auto rounded-md border border-line bg-sunken p-2.5 font-mono text-xs leading-prose wrap-anywhere whitespace-pre-wrap select-text"
            >
              {answer === '' ? t('conformance.nothing') : answer}
            </pre>
          ))}
        </div>
      </details>
    </li>
  )
}
