import { CircleQuestionMark } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/ui/button.tsx'
import { toast } from '../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { updateSettings } from '../../lib/state/settings.ts'

/** Asks once whether Hearth may answer on the port of an Ollama that is installed here. */
export function OllamaQuestion() {
  const { t } = useTranslation('server')
  const errorText = useErrorText()
  const [busy, setBusy] = useState(false)
  const answer = async (ollamaPort: 'yes' | 'no') => {
    setBusy(true)
    try {
      await updateSettings({ server: { ollamaPort } })
    } catch (reason) {
      const { title, suggestion } = errorText(errorInfo(reason))
      toast({ tone: 'bad', title, description: suggestion })
    } finally {
      setBusy(false)
    }
  }
  return (
    <section
      aria-label={t('ollamaQuestion.label')}
      className="flex flex-wrap items-center gap-3 rounded-lg bg-ember-soft px-4 py-3"
    >
      <CircleQuestionMark aria-hidden="true" className="size-4 shrink-0 text-ember" strokeWidth={1.75} />
      <p className="min-w-0 flex-1 basis-72">{t('ollamaQuestion.text')}</p>
      <div className="flex gap-2">
        <Button disabled={busy} onClick={() => void answer('yes')}>
          {t('ollamaQuestion.yes')}
        </Button>
        <Button disabled={busy} onClick={() => void answer('no')}>
          {t('ollamaQuestion.no')}
        </Button>
      </div>
    </section>
  )
}
