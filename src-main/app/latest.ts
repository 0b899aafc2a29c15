import type { Emitter } from '#base/emitter.ts'

/** The value of `read` now, and again after each event; events that come while the reader is busy are one. */
export async function* latest<T>(
  changed: Emitter<void>[],
  read: () => T,
  signal: AbortSignal,
): AsyncGenerator<T, void, void> {
  let pending = true
  let wake = () => {}
  using stack = new DisposableStack()
  const notify = () => {
    pending = true
    wake()
  }
  for (const emitter of changed) stack.use(emitter.on(notify))
  signal.addEventListener('abort', notify, { once: true })
  stack.defer(() => signal.removeEventListener('abort', notify))
  while (!signal.aborted) {
    if (!pending) {
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
    if (signal.aborted) return
    pending = false
    yield read()
  }
}
