import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/ui/button.tsx'
import { CodeBlock } from '../../components/ui/code-block.tsx'
import { TextField } from '../../components/ui/text-field.tsx'
import { WithCode } from '../../components/with-code.tsx'
import { enterCode } from '../../lib/enter-code.ts'
import { Centered } from './centered.tsx'

/** A browser that has not been let in: how one gets a link, and a field for it. */
export function EnterPage() {
  const { t } = useTranslation('common')
  const [text, setText] = useState('')
  const [invalid, setInvalid] = useState(false)

  const enter = (event: FormEvent): void => {
    event.preventDefault()
    const code = enterCode(text)
    if (code === null) setInvalid(true)
    else window.location.assign(`/enter?code=${encodeURIComponent(code)}`)
  }

  return (
    <Centered title={t('enter.title')}>
      <p className="leading-prose text-ink-2">{t('enter.why')}</p>
      <p className="leading-prose text-ink-2">
        <WithCode text={t('enter.how')} />
      </p>
      <CodeBlock language="bash" code="hearth link" />
      <form className="flex items-end gap-2" onSubmit={enter} noValidate>
        <TextField
          className="grow"
          label={t('enter.label')}
          placeholder={t('enter.placeholder')}
          value={text}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setText(event.target.value)
            setInvalid(false)
          }}
        />
        <Button type="submit" variant="primary" disabled={text.trim() === ''}>
          {t('enter.go')}
        </Button>
      </form>
      {invalid && (
        <p role="alert" className="text-sm text-bad">
          {t('enter.invalid')}
        </p>
      )}
    </Centered>
  )
}
