import type { NativeHost } from '../../src-main/contract/native.ts'

declare global {
  interface Window {
    /** What the desktop can do for the window; absent in a browser. */
    readonly host?: NativeHost
  }
}

/** Where the core serves the contract: what the desktop says, else the server that this page came from. */
export async function contractAddress(): Promise<{ url: string; protocols?: string[] }> {
  if (window.host) return window.host.address()
  const url = new URL('/contract', location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return { url: url.href }
}
