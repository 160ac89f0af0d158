import type { ReactNode } from 'react'
import { Check, Copy, ExternalLink } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { bitsPerWeight, quantizationWords } from '../../components/fit/quantization-words.ts'
import { Card } from '../../components/ui/card.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { Tooltip } from '../../components/ui/tooltip.tsx'
import { useCopied } from '../../components/use-copied.ts'
import { useFormat } from '../../lib/format.ts'
import { formatLanguages, formatLicence, formatParameters } from '../../lib/model-words.ts'

/** Everything that the file says of itself, as a table of label and value. */
export function ModelFacts({ model, loaded }: { model: Model; loaded: LoadedModel | null }) {
  const { t, i18n } = useTranslation('models')
  const { bytes, number, date, tokensPerSecond } = useFormat()
  const { copied, copy } = useCopied()
  const { facts } = model
  const bits = bitsPerWeight(model.sizeBytes, facts.parameters)
  const words = t(`quantization.${quantizationWords(facts.quantization)}`)
  const loadedContext = loaded?.state === 'ready' ? loaded.contextLength : null
  const speedNote =
    model.measured === null
      ? ''
      : t('fact.speedNote', {
          date: date(model.measured.measuredAt),
          tokens: number(model.measured.contextTokens),
        })
  return (
    <Card className="overflow-hidden">
      <dl className="divide-y divide-line">
        <Fact label={t('fact.architecture')}>{facts.architecture}</Fact>
        {facts.parameters > 0 && (
          <Fact label={t('fact.parameters')} note={number(facts.parameters)}>
            {formatParameters(facts.parameters)}
          </Fact>
        )}
        <Fact
          label={t('fact.quantization')}
          hint={t('quantization.what')}
          note={bits === null ? words : t('fact.bits', { bits: number(bits, 1), words })}
        >
          {facts.quantization}
        </Fact>
        <Fact label={t('fact.size')}>{bytes(model.sizeBytes)}</Fact>
        <Fact
          label={t('fact.context')}
          hint={t('contextHint')}
          {...(loadedContext === null ? {} : { note: t('fact.contextLoaded', { tokens: number(loadedContext) }) })}
        >
          {facts.contextLength === null ? t('fact.notSaid') : t('fact.tokens', { tokens: number(facts.contextLength) })}
        </Fact>
        {facts.languages.length > 0 && (
          <Fact label={t('fact.languages')}>{formatLanguages(facts.languages, i18n.language)}</Fact>
        )}
        <Fact label={t('fact.licence')}>
          {facts.licence === null ? t('fact.notSaid') : formatLicence(facts.licence)}
          {model.licenceText !== null && (
            <Folded summary={t('fact.showLicence')} label={t('fact.licence')} text={model.licenceText} />
          )}
        </Fact>
        {model.measured !== null && (
          <Fact label={t('fact.speed')} hint={t('fact.speedHint')} note={speedNote}>
            {t('speed.value', { speed: tokensPerSecond(model.measured.decodeTps) })}
          </Fact>
        )}
        <Fact label={t('fact.lastUsed')}>{model.lastUsedAt === null ? t('never') : date(model.lastUsedAt)}</Fact>
        <Fact label={t('fact.names')} hint={t('fact.namesHint')}>
          <span className="flex flex-wrap gap-x-3 gap-y-1">
            {[model.name, ...model.aliases].map((name) => (
              <code key={name} className="font-mono text-sm wrap-anywhere">
                {name}
              </code>
            ))}
          </span>
        </Fact>
        <Fact label={t('fact.origin')}>
          {t(`origin.${model.origin}.long`, { date: date(model.addedAt), from: model.made?.from ?? '' })}
          {model.source !== null && <Source source={model.source} />}
        </Fact>
        {(model.made?.notObeyed.length ?? 0) > 0 && (
          <Fact label={t('fact.notObeyed')} hint={t('fact.notObeyedHint')}>
            <span className="flex flex-col gap-1">
              {model.made?.notObeyed.map((line) => (
                <code key={line} className="font-mono text-sm wrap-anywhere">
                  {line}
                </code>
              ))}
            </span>
          </Fact>
        )}
        <Fact label={t('fact.path')}>
          <span className="flex items-start gap-1">
            <code className="min-w-0 py-1 font-mono text-sm wrap-anywhere">{model.path}</code>
            <IconButton
              icon={copied ? Check : Copy}
              size="sm"
              label={t('action.copyPath')}
              onClick={() => copy(model.path)}
            />
          </span>
        </Fact>
        <Fact label={t('fact.template')} hint={t('fact.templateHint')}>
          {facts.chatTemplate === null ? (
            t('fact.noTemplate')
          ) : (
            <Folded summary={t('fact.showTemplate')} label={t('fact.template')} text={facts.chatTemplate} />
          )}
        </Fact>
      </dl>
    </Card>
  )
}

interface FactProps {
  label: string
  /** What the label means, on hover and on focus. */
  hint?: string
  /** More about the value, quieter and after it. */
  note?: string
  children: ReactNode
}

function Fact({ label, hint, note, children }: FactProps) {
  return (
    <div className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-x-4 px-4 py-2.5 @lg:grid-cols-[11rem_minmax(0,1fr)]">
      <dt className="text-sm text-ink-2">{hint === undefined ? label : <Explained hint={hint}>{label}</Explained>}</dt>
      <dd className="min-w-0">
        {children}
        {note !== undefined && <span className="ms-2 text-sm text-ink-3 tabular">{note}</span>}
      </dd>
    </div>
  )
}

/** A term with an explanation, which a screen reader gets as part of its name. */
function Explained({ hint, children }: { hint: string; children: string }) {
  return (
    <Tooltip content={hint}>
      <button
        type="button"
        aria-label={`${children}: ${hint}`}
        className="rounded-sm text-start underline decoration-line-strong decoration-dotted underline-offset-4"
      >
        {children}
      </button>
    </Tooltip>
  )
}

function Source({ source }: { source: NonNullable<Model['source']> }) {
  // The address came with the files; nothing but the web is opened.
  if (!/^https?:\/\//i.test(source.url)) return <p className="mt-1 text-sm text-ink-2">{source.repo}</p>
  return (
    <a
      href={source.url}
      target="_blank"
      rel="noreferrer"
      className="mt-1 flex w-fit max-w-full items-center gap-1.5 rounded-sm text-sm text-ember-ink hover:underline"
    >
      <span className="min-w-0 wrap-anywhere">{source.repo}</span>
      <ExternalLink aria-hidden="true" className="size-3.5 shrink-0" strokeWidth={1.75} />
    </a>
  )
}

function Folded({ summary, label, text }: { summary: string; label: string; text: string }) {
  return (
    <details>
      <summary className="w-fit rounded-sm text-ember-ink">{summary}</summary>
      {/* Focusable, because it scrolls. */}
      <pre
        tabIndex={0}
        aria-label={label}
        className="mt-2 max-h-80 overflow-auto rounded-md border border-line bg-canvas p-3 font-mono text-xs wrap-anywhere whitespace-pre-wrap"
      >
        {text}
      </pre>
    </details>
  )
}
