import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ErrorInfo } from '../../../../shared/domain/errors.ts'
import type { Model, ModelfileProblem } from '../../../../shared/domain/models.ts'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { Tabs } from '../../../components/ui/tabs.tsx'
import { TextArea } from '../../../components/ui/text-area.tsx'
import { TextField } from '../../../components/ui/text-field.tsx'
import { toast } from '../../../components/ui/toast.tsx'
import { errorInfo } from '../../../lib/errors.ts'
import { navigate } from '../../../lib/router.ts'
import { rpc } from '../../../lib/rpc.ts'
import { useModels } from '../../../lib/state/models.ts'
import { useSettings } from '../../../lib/state/settings.ts'
import { Problem } from '../problem.tsx'
import { ModelfileFields } from './modelfile-fields.tsx'
import { offsetOf } from './modelfile-form.ts'
import { ProblemList } from './problem-list.tsx'
import { useModelfile } from './use-modelfile.ts'

export interface ModelfileDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** A made model is edited; another one is what the new model is made from. */
  from: Model | null
}

/** Makes a model with a Modelfile, as a form or as text. */
export function ModelfileDialog({ open, onOpenChange, from }: ModelfileDialogProps) {
  const { t } = useTranslation('models')
  const base = useBase(from)
  const edited = from?.made != null ? from : null
  const [initial] = useState(() => edited?.made?.modelfile ?? (base === null ? '' : `FROM ${base}\n`))
  const draft = useModelfile(initial)
  const [name, setName] = useState(edited?.name ?? '')
  const [tab, setTab] = useState<'form' | 'text'>('form')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<ErrorInfo | null>(null)
  const { area, goTo } = useGoTo(draft.text, () => setTab('text'))
  const wrong = draft.problems.some((problem) => problem.severity === 'error')

  const problem = failure ?? draft.error

  const make = async () => {
    setBusy(true)
    setFailure(null)
    try {
      const made = await rpc().models.create({ name: name.trim(), modelfile: draft.text, folder: null })
      onOpenChange(false)
      navigate({ page: 'models', name: made.name })
      toast({ title: t(edited === null ? 'modelfile.made' : 'modelfile.saved', { name: made.name }), tone: 'good' })
    } catch (reason) {
      setFailure(errorInfo(reason))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      wide
      title={edited === null ? t('modelfile.title') : t('modelfile.editTitle', { name: edited.name })}
      description={t('modelfile.description')}
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>{t('add.cancel')}</Button>
          <Button
            variant="primary"
            busy={busy}
            disabled={name.trim() === '' || wrong || draft.settling || draft.modelfile === null}
            onClick={() => void make()}
          >
            {t(edited === null ? 'modelfile.make' : 'modelfile.save')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('name.label')}
        value={name}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        autoFocus={edited === null}
        placeholder={t('modelfile.namePlaceholder')}
        onChange={(event) => setName(event.target.value)}
      />
      <div className="self-start">
        <Tabs
          variant="segmented"
          label={t('modelfile.tabs')}
          value={tab}
          onValueChange={setTab}
          tabs={[
            { value: 'form', label: t('modelfile.form') },
            { value: 'text', label: t('modelfile.text') },
          ]}
        />
      </div>
      {tab === 'text' && (
        <TextArea
          ref={area}
          code
          aria-label={t('modelfile.text')}
          rows={16}
          value={draft.text}
          onChange={(event) => draft.setText(event.target.value)}
        />
      )}
      {tab === 'form' &&
        (draft.modelfile === null ? (
          !draft.settling && <p className="text-sm text-ink-2">{t('modelfile.correctText')}</p>
        ) : (
          <ModelfileFields modelfile={draft.modelfile} onChange={draft.setModelfile} />
        ))}
      <ProblemList problems={draft.problems} onChoose={goTo} />
      {problem !== null && <Problem info={problem} />}
    </Dialog>
  )
}

/** The name of the model to make another one from, when none was chosen: that of new chats, else the first. */
function useBase(from: Model | null): string | null {
  const models = useModels().value
  const chatModel = useSettings().value?.chatModel
  if (from !== null) return from.name
  const known = models?.find((model) => model.name === chatModel) ?? models?.[0]
  return known?.name ?? null
}

/** Leads to the place of a mistake in the text, which may have to be shown first. */
function useGoTo(text: string, show: () => void) {
  const area = useRef<HTMLTextAreaElement>(null)
  const [wanted, setWanted] = useState<ModelfileProblem | null>(null)
  useEffect(() => {
    if (wanted === null || area.current === null) return
    const offset = offsetOf(text, wanted.line, wanted.column)
    area.current.focus()
    area.current.setSelectionRange(offset, offset)
    setWanted(null)
  }, [wanted, text])
  return {
    area,
    goTo: (problem: ModelfileProblem) => {
      show()
      setWanted(problem)
    },
  }
}
