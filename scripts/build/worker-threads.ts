import path from 'node:path'
import type { Plugin } from 'vite'

/** Builds what `new Worker(new URL('./….ts', import.meta.url))` names, and lets the URL name the built file. */
export function workerThreads(): Plugin {
  return {
    name: 'slipway:workers',
    enforce: 'pre',
    transform(code, id) {
      if (!code.includes('new Worker(')) return null
      return code.replace(/new URL\('(\.\/[\w-]+\.ts)'/g, (_text, file: string) => {
        const built = this.emitFile({ type: 'chunk', id: path.join(path.dirname(id), file) })
        return `new URL('__WORKER_${built}__'`
      })
    },
    renderChunk(code, chunk) {
      if (!code.includes('__WORKER_')) return null
      return code.replace(/__WORKER_([\w$]+?)__/g, (_text, built: string) => {
        const folder = path.posix.dirname(chunk.fileName)
        return `./${path.posix.relative(folder, this.getFileName(built))}`
      })
    },
  }
}
