import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServerExchange } from '../../../../shared/domain/server.ts'
import { useFormat } from '../../../lib/format.ts'
import { prettyJson, responseText } from './response-text.ts'
import { FoldedText, TextBlock } from './text-block.tsx'

/** What came: the body with indents, the headers folded. */
export function RequestView({ exchange }: { exchange: ServerExchange }) {
  const { t } = useTranslation('server')
  const { requestBody: body, requestHeaders: headers } = exchange
  return (
    <>
      <CutNote exchange={exchange} />
      {body === null || body === '' ? (
        <p className="text-sm text-ink-2">{t('inspector.noBody')}</p>
      ) : (
        <TextBlock label={t('inspector.body')} text={prettyJson(body)} />
      )}
      {headers.length > 0 && (
        <FoldedText
          label={t('inspector.headers', { count: headers.length })}
          text={headers.map(([name, value]) => `${name}: ${value}`).join('\n')}
        />
      )}
    </>
  )
}

/** What went out: what the model wrote, put together; the raw answer folded where that differs. */
export function ResponseView({ exchange }: { exchange: ServerExchange }) {
  const { t } = useTranslation('server')
  const { responseBody: body } = exchange
  const { text, thinking, calls, streamed } = useMemo(() => responseText(body), [body])
  if (body === '') return <p className="text-sm text-ink-2">{t('inspector.noAnswer')}</p>
  const understood = text !== '' || thinking !== '' || calls.length > 0
  return (
    <>
      <CutNote exchange={exchange} />
      {thinking !== '' && <FoldedText label={t('inspector.thinking')} text={thinking} />}
      {text !== '' && <TextBlock label={t('inspector.text')} text={text} prose />}
      {calls.map(({ name, input }, place) => (
        // Calls have no identity but their place.
        <TextBlock key={place} label={t('inspector.call', { name })} text={prettyJson(input)} />
      ))}
      {understood ? (
        <FoldedText
          label={t(streamed ? 'inspector.frames' : 'inspector.raw')}
          text={streamed ? body : prettyJson(body)}
        />
      ) : (
        <TextBlock label={t('inspector.raw')} text={prettyJson(body)} />
      )}
    </>
  )
}

/** What the model was really given, of each generation that the request led to. */
export function PromptView({ exchange }: { exchange: ServerExchange }) {
  const { t } = useTranslation('server')
  const { number } = useFormat()
  if (exchange.prompts.length === 0) return <p className="text-sm text-ink-2">{t('inspector.noPrompt')}</p>
  return (
    <>
      <p className="text-sm leading-prose text-ink-2">{t('inspector.promptHint')}</p>
      {exchange.prompts.map(({ model, text, tokens }, place) => (
        // Generations have no identity but their place.
        <TextBlock
          key={place}
          label={t('inspector.promptOf', { model, count: tokens, tokens: number(tokens) })}
          text={text}
        />
      ))}
    </>
  )
}

function CutNote({ exchange }: { exchange: ServerExchange }) {
  const { t } = useTranslation('server')
  if (!exchange.cut) return null
  return <p className="rounded-md bg-warn-soft p-3 text-sm">{t('inspector.cut')}</p>
}
