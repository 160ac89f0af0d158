import {
  Copy,
  Ellipsis,
  FileArchive,
  FileCode2,
  FolderOpen,
  FolderOutput,
  Pencil,
  RefreshCw,
  ShieldCheck,
  Trash2,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../shared/domain/models.ts'
import type { SystemInfo } from '../../../shared/domain/system.ts'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { Menu, type MenuItem } from '../../components/ui/menu.tsx'
import { canRemove, removalOf } from './removal.ts'
import { shownName } from './sort.ts'
import { hasHub } from './updates.ts'
import { useLookForUpdates } from './use-look-for-updates.ts'
import type { ModelActions } from './use-model-actions.ts'

export type ModelDialog = 'rename' | 'duplicate' | 'modelfile'

export interface ModelMenuProps {
  model: Model
  system: SystemInfo | null
  actions: ModelActions
  onDialog: (dialog: ModelDialog) => void
}

/** Everything else that can be done with a model; what needs this computer's files only for those at it. */
export function ModelMenu({ model, system, actions, onDialog }: ModelMenuProps) {
  const { t } = useTranslation('models')
  const look = useLookForUpdates()
  const local = system?.access === 'local'
  const desktop = local && system.hasDesktop
  const whole = model.problem === null
  const there = model.problem?.code !== 'model_file_missing'
  const { run } = actions
  const groups: (MenuItem | false)[][] = [
    [
      desktop && there && { label: t('action.reveal'), icon: FolderOpen, onSelect: () => run('reveal') },
      { label: t('action.rename'), icon: Pencil, onSelect: () => onDialog('rename') },
      { label: t('action.duplicate'), icon: Copy, onSelect: () => onDialog('duplicate') },
      local && {
        label: t(model.made === null ? 'action.makeFrom' : 'action.editModelfile'),
        icon: FileCode2,
        onSelect: () => onDialog('modelfile'),
      },
    ],
    [
      there && { label: t('action.verify'), icon: ShieldCheck, onSelect: () => run('verify') },
      hasHub(model) && { label: t('update.look'), icon: RefreshCw, onSelect: () => look([model]) },
    ],
    [
      desktop && whole && { label: t('export.file'), icon: FileArchive, onSelect: () => run('exportFile') },
      desktop && whole && { label: t('export.folder'), icon: FolderOutput, onSelect: () => run('exportFolder') },
    ],
    [
      local &&
        canRemove(model) && {
          label: t(removalOf(model) === 'forget' ? 'action.remove' : 'action.delete'),
          icon: Trash2,
          danger: true,
          onSelect: () => run('remove'),
        },
    ],
  ]
  const items = groups
    .map((group) => group.filter((item) => item !== false))
    .filter((group) => group.length > 0)
    .flatMap((group, index) => (index === 0 ? group : (['separator', ...group] as const)))
  return (
    <Menu trigger={<IconButton icon={Ellipsis} label={t('action.more', { name: shownName(model) })} />} items={items} />
  )
}
