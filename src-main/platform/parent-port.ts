/** The channel to the process that started this one. Without a parent nothing arrives and messages go nowhere. */
export interface ParentPort {
  readonly isOpen: boolean
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Calls back when the parent is gone. Electron ends its children by itself instead. */
  onClose(listener: () => void): void
}

/** What Electron gives a utility process, as far as it is used here. */
interface UtilityPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/** The parent's channel, whether this is a utility process of Electron or a forked process of Node. */
export function parentPort(): ParentPort {
  const utility = (process as unknown as { parentPort?: UtilityPort }).parentPort
  if (utility) {
    return {
      isOpen: true,
      post: message => utility.postMessage(message),
      onMessage: listener => utility.on('message', ({ data }) => listener(data)),
      onClose: () => {},
    }
  }
  return {
    get isOpen() {
      return process.connected === true
    },
    post(message) {
      if (process.connected) process.send?.(message, undefined, undefined, () => {})
    },
    onMessage: listener => process.on('message', listener),
    onClose: listener => process.once('disconnect', listener),
  }
}
