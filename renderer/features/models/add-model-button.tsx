import { FolderOpen, Plus, SquarePen } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import { Button } from '../../components/ui/button.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { errorInfo } from '../../lib/errors.ts'
import { rpc } from '../../lib/rpc.ts'
import { useSystemInfo } from '../../lib/state/system.ts'
import { AddElsewhereDialog, AddModelDialog, showAdded } from './add-model-dialog.tsx'

/** Adds a model from this computer: by the system's file dialog where there is one, or by its path. */
export function AddModelButton() {
  const { t } = useTranslation('models')
  const system = useSystemInfo().value
  const [open, setOpen] = useState(false)
  const [picking, setPicking] = useState(false)
  const [path, setPath] = useState('')
  const [error, setError] = useState<ErrorInfo | null>(null)

  const pick = async () => {
    setPicking(true)
    try {
      const model = await rpc().models.pickAndAdd()
      if (model !== null) showAdded(model, t('add.done', { name: model.facts.title ?? model.name }))
    } catch (reason) {
      const info = errorInfo(reason)
      // The dialog keeps what went wrong in view, with the path to correct it.
      if (typeof info.data?.path === 'string') setPath(info.data.path)
      setError(info)
      setOpen(true)
    } finally {
      setPicking(false)
    }
  }

  if (system === null) return null
  if (system.access === 'remote') {
    return (
      <>
        <Button icon={Plus} onClick={() => setOpen(true)}>
          {t('add.button')}
        </Button>
        <AddElsewhereDialog open={open} onOpenChange={setOpen} />
      </>
    )
  }
  return (
    <>
      {system.hasDesktop && (
        <Button variant="primary" icon={FolderOpen} busy={picking} onClick={() => void pick()}>
          {t('add.button')}
        </Button>
      )}
      {system.hasDesktop ? (
        <IconButton icon={SquarePen} label={t('add.byPath')} onClick={() => setOpen(true)} />
      ) : (
        <Button variant="primary" icon={Plus} onClick={() => setOpen(true)}>
          {t('add.button')}
        </Button>
      )}
      <AddModelDialog
        open={open}
        onOpenChange={setOpen}
        path={path}
        onPathChange={setPath}
        windows={system.platform === 'win32'}
        error={error}
        onErrorChange={setError}
      />
    </>
  )
}
