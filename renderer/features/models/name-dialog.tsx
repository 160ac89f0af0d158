import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/ui/button.tsx'
import { Dialog } from '../../components/ui/dialog.tsx'
import { TextField } from '../../components/ui/text-field.tsx'
import { errorInfo, useErrorText } from '../../lib/errors.ts'

export interface NameDialogProps {
  title: string
  description: string
  action: string
  initial: string
  onClose: () => void
  /** Its rejection is shown beside the name. */
  onName: (name: string) => Promise<void>
}

/** Asks for a model's name. */
export function NameDialog({ title, description, action, initial, onClose, onName }: NameDialogProps) {
  const { t } = useTranslation('models')
  const errorText = useErrorText()
  const formId = useId()
  const [name, setName] = useState(initial)
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const submit = async () => {
    setBusy(true)
    setError(null)
    try {
      await onName(name.trim())
    } catch (reason) {
      const words = errorText(errorInfo(reason))
      setError([words.title, words.suggestion].filter(Boolean).join(' '))
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={title}
      description={description}
      actions={
        <>
          <Button onClick={onClose}>{t('add.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={busy} disabled={name.trim() === ''}>
            {action}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          if (name.trim() !== '' && !busy) void submit()
        }}
      >
        <TextField
          label={t('name.label')}
          value={name}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          autoFocus
          onFocus={(event) => event.target.select()}
          onChange={(event) => {
            setName(event.target.value)
            setError(null)
          }}
          {...(error === null ? {} : { error })}
        />
      </form>
    </Dialog>
  )
}
