import { navigate } from '../../lib/router.ts'
import { rpc } from '../../lib/rpc.ts'

/** Makes a chat of a first question and opens it. When the question can't be sent, no empty chat is left behind. */
export async function startChat(content: string, model: string): Promise<void> {
  const { chats } = rpc()
  const chat = await chats.create({ model })
  try {
    await chats.send({ id: chat.id, content, model })
  } catch (error) {
    // The first error is the one to tell; a chat that can't be removed either is only an empty row.
    await chats.remove({ id: chat.id }).catch(() => {})
    throw error
  }
  navigate({ page: 'chat', id: chat.id })
}
