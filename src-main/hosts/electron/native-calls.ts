import { type IpcMainInvokeEvent, ipcMain } from 'electron'
import type { Call } from '#contract/define.ts'
import {
  type NativeInput,
  type NativeName,
  type NativeOutput,
  nativeContract,
} from '#contract/native.ts'
import { isOwnUrl } from './page-origin.ts'

export type NativeHandlers = {
  [N in NativeName]: (input: NativeInput<N>) => Promise<NativeOutput<N>>
}

/** Whether a message comes from the main frame of one of our own pages. */
export function isOwnSender({
  senderFrame,
  sender,
}: Pick<IpcMainInvokeEvent, 'senderFrame' | 'sender'>): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && isOwnUrl(senderFrame.url)
}

const entries: Record<string, Call> = nativeContract

/** Answers the preload's one channel: who asks is checked first, then what is asked, then what is answered. */
export function answerNativeCalls(handlers: NativeHandlers): void {
  ipcMain.handle('native', async (event, name: unknown, input: unknown) => {
    if (!isOwnSender(event)) throw new Error('only the window itself may ask this')
    const entry = typeof name === 'string' && Object.hasOwn(entries, name) ? entries[name] : null
    if (!entry) throw new Error('there is no such native call')
    const asked = entry.in.safeParse(input)
    if (!asked.success) throw new Error(`${name}: ${asked.error.message}`)
    const handler = handlers[name as NativeName] as (input: unknown) => Promise<unknown>
    return entry.out.parse(await handler(asked.data))
  })
}
