import * as z from 'zod/mini'
import { call } from './define.ts'

/** What only the desktop can do for the window. Everything else goes by the contract, the same in every host. */
export const nativeContract = {
  /** Where the core serves the contract, and what a WebSocket must name to be let in. */
  'core.address': call(z.object({}), z.object({ url: z.string(), protocols: z.array(z.string()) })),
  /** Opens a page in the person's own browser: https only; they are asked first where the site is not known. */
  'links.open': call(
    z.object({ url: z.string().check(z.maxLength(2048)) }),
    z.object({ opened: z.boolean() }),
  ),
}

type NativeContract = typeof nativeContract
export type NativeName = keyof NativeContract
export type NativeInput<N extends NativeName> = z.infer<NativeContract[N]['in']>
export type NativeOutput<N extends NativeName> = z.infer<NativeContract[N]['out']>

/** What the desktop's preload puts on the window as `host`; absent in a browser. */
export interface NativeHost {
  address(): Promise<NativeOutput<'core.address'>>
  openLink(url: string): Promise<NativeOutput<'links.open'>>
}
