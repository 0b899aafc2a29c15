// Preloaded into a process that tests start: plants the fault that SLIPWAY_MUTATION names into its sources as they load.
import { registerHooks } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { findMutation } from './index.ts'

const name = process.env['SLIPWAY_MUTATION']
if (name) plant(name)

function plant(name: string): void {
  const { file, find, replace } = findMutation(name)
  const target = pathToFileURL(path.join(import.meta.dirname, '..', '..', file)).href
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      if (url !== target) return loaded
      return { ...loaded, source: String(loaded.source).replace(find, () => replace) }
    },
  })
}
