import * as z from 'zod/mini'
import { call, stream } from './define.ts'

export const appInfo = z.object({
  version: z.string(),
  host: z.enum(['web', 'electron']),
  platform: z.string(),
  /** Plain sentences a person should know, such as why the browser is used. */
  notices: z.array(z.string()),
})
export type AppInfo = z.infer<typeof appInfo>

/** Everything the window remembers between starts, by key. */
export const settings = z.record(z.string(), z.unknown())

export const appEntries = {
  'app.info': call(z.object({}), appInfo),
  /** Background failures and notices, as they happen. */
  'app.notices': stream(
    z.object({}),
    z.object({ level: z.enum(['info', 'error']), message: z.string(), at: z.number() }),
  ),
  'settings.read': call(z.object({}), settings),
  /** Sets one key; null removes it. */
  'settings.write': call(z.object({ key: z.string(), value: z.unknown() }), z.object({})),
}
