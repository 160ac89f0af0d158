import { z } from 'zod'
import { Door } from './actor.ts'
import { ErrorInfo } from './errors.ts'

/** Something that the person should know once: a settings file set aside, a core that was restarted. */
export const Notice = z.object({ id: z.string(), level: z.enum(['info', 'warning']), info: ErrorInfo })
export type Notice = z.infer<typeof Notice>

export const SystemInfo = z.object({
  version: z.string(),
  platform: z.string(),
  /** The data folder (HEARTH_HOME). */
  home: z.string(),
  /** How this caller came in, and what it may do. */
  door: Door,
  access: z.enum(['local', 'remote']),
  /** True in the app: file dialogs and folders can be opened. */
  hasDesktop: z.boolean(),
  /** The operating system's language, as `zh-CN`. */
  locale: z.string(),
})
export type SystemInfo = z.infer<typeof SystemInfo>
