import { FileArchive, FolderOpen } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { errorInfo, useErrorText } from '../../../lib/errors.ts'
import { rpc } from '../../../lib/rpc.ts'
import { shownName } from '../sort.ts'
import { startWork, useWork } from '../work.ts'
import { WorkLine } from '../work-line.tsx'
import { showAdded } from './add-model-dialog.tsx'

const KEY = 'import'

/** Reads a model that another Hearth wrote out. The reading goes on when the dialog is closed. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('models')
  const errorText = useErrorText()
  const work = useWork(KEY)
  const [error, setError] = useState<string | null>(null)

  const read = async (as: 'file' | 'folder') => {
    setError(null)
    try {
      const source = await rpc().storage.pickImportSource({ as })
      if (source === null) return
      const done = await startWork(KEY, (client, signal) => client.storage.importModel({ source }, { signal }))
      if (done === null) return
      showAdded(done.model, t('import.done', { name: shownName(done.model) }))
      onClose()
    } catch (reason) {
      const info = errorInfo(reason)
      if (info.code === 'cancelled') return
      const words = errorText(info)
      setError([words.title, words.suggestion].filter(Boolean).join(' '))
    }
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={t('import.title')}
      description={t('import.description')}
      actions={<Button onClick={onClose}>{t('storage.close')}</Button>}
    >
      {work === null ? (
        <div className="flex flex-wrap gap-2">
          <Button icon={FileArchive} onClick={() => void read('file')}>
            {t('import.file')}
          </Button>
          <Button icon={FolderOpen} onClick={() => void read('folder')}>
            {t('import.folder')}
          </Button>
        </div>
      ) : (
        <WorkLine work={work} label={t('import.running')} />
      )}
      {error !== null && (
        <p role="alert" className="text-sm wrap-anywhere text-bad">
          {error}
        </p>
      )}
    </Dialog>
  )
}
