import { AppWindow, ChevronDown, FileCode2, FileDown, FolderOpen, PackageOpen, Plus, SquarePen } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ErrorInfo } from '../../../../shared/domain/errors.ts'
import type { SystemInfo } from '../../../../shared/domain/system.ts'
import { Button } from '../../../components/ui/button.tsx'
import { Menu, type MenuItem } from '../../../components/ui/menu.tsx'
import { errorInfo } from '../../../lib/errors.ts'
import { rpc } from '../../../lib/rpc.ts'
import { useSystemInfo } from '../../../lib/state/system.ts'
import { ModelfileDialog } from '../modelfile/modelfile-dialog.tsx'
import { shownName } from '../sort.ts'
import { AddElsewhereDialog, AddModelDialog, showAdded } from './add-model-dialog.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { OtherAppsDialog } from './other-apps-dialog.tsx'
import { PullDialog } from './pull-dialog.tsx'

type DialogName = 'path' | 'elsewhere' | 'others' | 'import' | 'modelfile' | 'pull'

/** Every way in which a model comes into the library. What needs this computer's files is only for those at it. */
export function AddModelMenu() {
  const { t } = useTranslation('models')
  const system = useSystemInfo().value
  const [dialog, setDialog] = useState<DialogName | null>(null)
  const [picking, setPicking] = useState(false)
  const [path, setPath] = useState('')
  const [error, setError] = useState<ErrorInfo | null>(null)

  const pick = async () => {
    setPicking(true)
    try {
      const model = await rpc().models.pickAndAdd()
      if (model !== null) showAdded(model, t('add.done', { name: shownName(model) }))
    } catch (reason) {
      const info = errorInfo(reason)
      // The dialog keeps what went wrong in view, with the path to correct it.
      if (typeof info.data?.path === 'string') setPath(info.data.path)
      setError(info)
      setDialog('path')
    } finally {
      setPicking(false)
    }
  }

  if (system === null) return null
  const close = (open: boolean) => {
    if (!open) setDialog(null)
  }
  return (
    <>
      <Menu
        trigger={
          <Button variant="primary" icon={Plus} busy={picking}>
            {t('add.button')}
            <ChevronDown aria-hidden="true" className="-me-1 size-3.5" strokeWidth={1.75} />
          </Button>
        }
        items={addItems(t, system, setDialog, () => void pick())}
      />
      <AddModelDialog
        open={dialog === 'path'}
        onOpenChange={close}
        path={path}
        onPathChange={setPath}
        windows={system.platform === 'win32'}
        error={error}
        onErrorChange={setError}
      />
      <AddElsewhereDialog open={dialog === 'elsewhere'} onOpenChange={close} />
      {dialog === 'others' && <OtherAppsDialog onClose={() => setDialog(null)} />}
      {dialog === 'import' && <ImportDialog onClose={() => setDialog(null)} />}
      {dialog === 'pull' && <PullDialog onClose={() => setDialog(null)} />}
      {dialog === 'modelfile' && <ModelfileDialog open onOpenChange={close} from={null} />}
    </>
  )
}

function addItems(
  t: (key: string) => string,
  { access, hasDesktop }: SystemInfo,
  open: (dialog: DialogName) => void,
  pick: () => void,
): (MenuItem | 'separator')[] {
  const pull: MenuItem = { label: t('add.pull'), icon: FileDown, onSelect: () => open('pull') }
  if (access === 'remote') {
    return [pull, { label: t('add.elsewhere'), icon: FolderOpen, onSelect: () => open('elsewhere') }]
  }
  return [
    ...(hasDesktop ? [{ label: t('add.file'), icon: FolderOpen, onSelect: pick }] : []),
    { label: t('add.byPath'), icon: SquarePen, onSelect: () => open('path') },
    { label: t('add.others'), icon: AppWindow, onSelect: () => open('others') },
    ...(hasDesktop ? [{ label: t('add.import'), icon: PackageOpen, onSelect: () => open('import') }] : []),
    'separator',
    pull,
    { label: t('add.make'), icon: FileCode2, onSelect: () => open('modelfile') },
  ]
}
