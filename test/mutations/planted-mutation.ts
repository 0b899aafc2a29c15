import path from 'node:path'
import type { Plugin } from 'vite'
import { findMutation } from './index.ts'

const root = path.join(import.meta.dirname, '..', '..')

/**
 * Vite's part in a run with a fault: the sources are changed on their way into the tests, never on disk. Without a name
 * nothing is changed.
 */
export function plantedMutation(name: string | undefined): Plugin[] {
  if (!name) return []
  const mutation = findMutation(name)
  const target = path.join(root, mutation.file)
  return [
    {
      name: 'planted-mutation',
      enforce: 'pre',
      // All but the one source is as in every run, and may come from the cache of them all.
      api: { vitest: { ignoreFsModuleCache: true } },
      // A source with a fault must neither come from the cache nor stay in it.
      configureVitest: ({ defineCacheKeyGenerator }) =>
        defineCacheKeyGenerator(({ id }) => (id.split('?')[0] === target ? false : '')),
      transform(code, id) {
        if (id.split('?')[0] !== target) return null
        return { code: code.replace(mutation.find, () => mutation.replace), map: null }
      },
    },
  ]
}
