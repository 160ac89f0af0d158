import { z } from 'zod'

/** The door through which a call came in. */
export const Door = z.enum(['window', 'browser', 'cli', 'http'])
export type Door = z.infer<typeof Door>

/** Who calls. Made at the door from how the caller entered, never from what the caller says. */
export const Actor = z.object({
  /** Owner of what the call creates and may see. */
  ownerId: z.string(),
  door: Door,
  /** `local`: a person at this machine. `remote`: may not touch files and processes of this machine. */
  access: z.enum(['local', 'remote']),
})
export type Actor = z.infer<typeof Actor>

/** The one person of a single-user installation. */
export const LOCAL_OWNER_ID = 'local'
