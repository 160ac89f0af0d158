import { ArrowUpRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'

const EXAMPLES = ['capital', 'sky', 'poem', 'list'] as const

/** A few questions that the included model answers well; one click asks. */
export function Examples({ disabled, onAsk }: { disabled: boolean; onAsk: (question: string) => void }) {
  const { t, i18n } = useTranslation('chat')
  return (
    <section aria-labelledby="examples-title" className="flex flex-col gap-3">
      <div className="flex flex-col gap-1">
        <h2 id="examples-title" className="text-sm font-semibold">
          {t('home.try')}
        </h2>
        {!i18n.language.startsWith('en') && <p className="text-sm text-ink-2">{t('home.languageNote')}</p>}
      </div>
      <ul className="grid gap-2 sm:grid-cols-2">
        {EXAMPLES.map((name) => {
          const question = t(`home.examples.${name}`)
          return (
            <li key={name}>
              <button
                type="button"
                disabled={disabled}
                className="group flex h-full w-full items-center justify-between gap-3 rounded-lg border border-line bg-surface px-4 py-3 text-left text-base text-ink transition-colors hover:border-line-strong hover:bg-tint disabled:opacity-50"
                onClick={() => onAsk(question)}
              >
                {question}
                <ArrowUpRight
                  aria-hidden="true"
                  className="size-4 shrink-0 text-ink-3 transition-colors group-hover:text-ember"
                  strokeWidth={1.75}
                />
              </button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
