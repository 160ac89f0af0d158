import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ErrorInfo } from '../../../../shared/domain/errors.ts'
import { Button } from '../../../components/ui/button.tsx'
import { CodeBlock } from '../../../components/ui/code-block.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { TextField } from '../../../components/ui/text-field.tsx'
import { toast } from '../../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../../lib/errors.ts'
import { navigate } from '../../../lib/router.ts'
import { rpc } from '../../../lib/rpc.ts'
import type { Model } from '../../../../shared/domain/models.ts'

export interface AddModelDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  path: string
  onPathChange: (path: string) => void
  /** Whether paths look as on Windows. */
  windows: boolean
  error: ErrorInfo | null
  onErrorChange: (error: ErrorInfo | null) => void
}

/** Adds a model by its path. An error stays beside what was typed. */
export function AddModelDialog(props: AddModelDialogProps) {
  const { open, onOpenChange, path, onPathChange, windows, error, onErrorChange } = props
  const { t } = useTranslation('models')
  const errorText = useErrorText()
  const formId = useId()
  const [busy, setBusy] = useState(false)

  const add = async () => {
    setBusy(true)
    onErrorChange(null)
    try {
      const model = await rpc().models.add({ path: unquoted(path) })
      onOpenChange(false)
      onPathChange('')
      showAdded(model, t('add.done', { name: model.facts.title ?? model.name }))
    } catch (reason) {
      onErrorChange(errorInfo(reason))
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (path.trim() !== '' && !busy) void add()
  }
  const words = error === null ? null : errorText(error)

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('add.title')}
      description={t('add.description')}
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>{t('add.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={busy} disabled={path.trim() === ''}>
            {t('add.action')}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit}>
        <TextField
          label={t('add.path')}
          hint={t('add.pathHint')}
          value={path}
          spellCheck={false}
          autoComplete="off"
          autoFocus
          placeholder={t(windows ? 'add.placeholderWindows' : 'add.placeholder')}
          onChange={(event) => {
            onPathChange(event.target.value)
            onErrorChange(null)
          }}
          {...(words === null ? {} : { error: [words.title, words.suggestion].filter(Boolean).join(' ') })}
        />
      </form>
    </Dialog>
  )
}

/** Says how a model is added where this caller may not name files: on the machine itself. */
export function AddElsewhereDialog({ open, onOpenChange }: Pick<AddModelDialogProps, 'open' | 'onOpenChange'>) {
  const { t } = useTranslation('models')
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('addElsewhere.title')}
      description={t('addElsewhere.description')}
      actions={<Button onClick={() => onOpenChange(false)}>{t('addElsewhere.close')}</Button>}
    >
      <CodeBlock language="bash" code="hearth add /path/to/model.gguf" />
    </Dialog>
  )
}

/** Opens a model that was just added, and says so. */
export function showAdded(model: Model, title: string): void {
  navigate({ page: 'models', name: model.name })
  toast({ title, tone: 'good' })
}

/** File managers copy paths in quotes. */
function unquoted(path: string): string {
  return path.trim().replace(/^(["'])(.*)\1$/, '$2')
}
