import { FileDown } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../shared/domain/models.ts'
import { toast } from '../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { modelTitle } from '../../lib/model-title.ts'
import { navigate } from '../../lib/router.ts'
import { rpc } from '../../lib/rpc.ts'

/** Adds model files that are dropped anywhere onto the app's window; in a browser files have no path, so it is idle. */
export function DropZone() {
  const { t } = useTranslation('common')
  const [over, setOver] = useState(false)
  const addFiles = useAddFiles()

  useEffect(() => {
    const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true
    // Both events decide whether a drop is taken: the first over an element is a dragenter, and the drop can follow it.
    const onOver = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = window.hearth === undefined ? 'none' : 'link'
      setOver(window.hearth !== undefined)
    }
    const onLeave = (event: DragEvent): void => {
      // Otherwise it moved from one element to another.
      if (event.relatedTarget === null) setOver(false)
    }
    const onDrop = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      // Otherwise the window would navigate to the file.
      event.preventDefault()
      setOver(false)
      if (window.hearth !== undefined) addFiles([...(event.dataTransfer?.files ?? [])])
    }
    window.addEventListener('dragenter', onOver)
    window.addEventListener('dragleave', onLeave)
    window.addEventListener('dragover', onOver)
    window.addEventListener('drop', onDrop)
    return () => {
      window.removeEventListener('dragenter', onOver)
      window.removeEventListener('dragleave', onLeave)
      window.removeEventListener('dragover', onOver)
      window.removeEventListener('drop', onDrop)
    }
  }, [addFiles])

  if (!over) return null
  return (
    <div className="pointer-events-none fixed inset-0 z-50 flex animate-appear bg-veil p-4">
      <div className="flex grow flex-col items-center justify-center gap-2 rounded-xl border-2 border-dashed border-ember bg-raised">
        <FileDown aria-hidden="true" className="size-6 text-ember" strokeWidth={1.75} />
        <p className="text-lg font-semibold">{t('drop.title')}</p>
        <p className="text-sm text-ink-2">{t('drop.hint')}</p>
      </div>
    </div>
  )
}

function useAddFiles(): (files: readonly File[]) => void {
  const { t } = useTranslation('common')
  const errorText = useErrorText()
  const addFile = async (file: File): Promise<void> => {
    const path = window.hearth?.pathForFile(file) ?? ''
    const name = file.name.toLowerCase()
    if (!name.endsWith('.gguf') && !name.endsWith('.hearth')) {
      toast({ title: t('drop.notGguf', { name: file.name }), tone: 'warn' })
      return
    }
    try {
      const model = name.endsWith('.hearth') ? await read(path, file.name) : await rpc().models.add({ path })
      if (model === null) return
      toast({
        title: t('drop.added', { name: modelTitle(model) }),
        tone: 'good',
        action: { label: t('drop.show'), onClick: () => navigate({ page: 'models', name: model.name }) },
      })
    } catch (error) {
      const { title, suggestion } = errorText(errorInfo(error))
      toast({ title, description: suggestion, tone: 'bad' })
    }
  }
  /** A hand-over of another Hearth; every byte is compared before the model appears. */
  const read = async (source: string, name: string): Promise<Model | null> => {
    toast({ title: t('drop.reading', { name }) })
    for await (const value of await rpc().storage.importModel({ source })) {
      if ('model' in value) return value.model
    }
    return null
  }
  return (files) => {
    for (const file of files) void addFile(file)
  }
}
