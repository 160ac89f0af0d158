import { clipboard, Menu, type MenuItemConstructorOptions, type WebContents } from 'electron'
import type { Labels } from './labels.ts'
import { decideLink } from './policy.ts'

/** The menu of the right button: what can be done with the text, field or link under the pointer. */
export function attachContextMenu(contents: WebContents, labels: () => Labels): void {
  contents.on('context-menu', (_event, { isEditable, editFlags, selectionText, linkURL }) => {
    const words = labels()
    const items: MenuItemConstructorOptions[] = []
    if (isEditable) {
      items.push(
        { role: 'undo', label: words.undo, enabled: editFlags.canUndo },
        { role: 'redo', label: words.redo, enabled: editFlags.canRedo },
        { type: 'separator' },
        { role: 'cut', label: words.cut, enabled: editFlags.canCut },
        { role: 'copy', label: words.copy, enabled: editFlags.canCopy },
        { role: 'paste', label: words.paste, enabled: editFlags.canPaste },
        { type: 'separator' },
        { role: 'selectAll', label: words.selectAll, enabled: editFlags.canSelectAll },
      )
    } else if (selectionText.trim() !== '') {
      items.push({ role: 'copy', label: words.copy })
    }
    if (decideLink(linkURL) === 'outside')
      items.push({ label: words.copyLink, click: () => void clipboard.writeText(linkURL) })
    if (items.length > 0) Menu.buildFromTemplate(items).popup()
  })
}
