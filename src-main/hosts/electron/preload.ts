import { contextBridge, ipcRenderer } from 'electron'
import type { NativeHost, NativeInput, NativeName, NativeOutput } from '#contract/native.ts'

/** The one channel to the main process; it checks who asks and what. */
const ask = <N extends NativeName>(name: N, input: NativeInput<N>): Promise<NativeOutput<N>> =>
  ipcRenderer.invoke('native', name, input)

const host: NativeHost = {
  address: () => ask('core.address', {}),
  openLink: url => ask('links.open', { url: String(url) }),
}

contextBridge.exposeInMainWorld('host', host)
