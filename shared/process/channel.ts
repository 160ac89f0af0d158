/**
 * A two-way pipe between two processes; messages are structured clones and arrive in order. On the wire a child sends
 * arrays of them, and its host single ones.
 */
export interface Channel<Out, In> {
  post(message: Out): void
  /** One listener; messages that came before it was set are kept for it. */
  onMessage(listener: (message: In) => void): void
  /** Called once when the other side is gone, whatever the reason. */
  onClose(listener: () => void): void
  close(): void
}
