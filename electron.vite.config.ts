import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import renderer from './vite.renderer.config.ts'

const top = import.meta.dirname
const from = (file: string) => path.join(top, 'src-main/hosts', file)

/** Builds what `new Worker(new URL('./….ts', import.meta.url))` names, and lets the URL name the built file. */
function workers(): Plugin {
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

/** Puts the texts of `kubectl explain` beside the program, where set-up has collected them. */
function descriptions(): Plugin {
  const fileName = 'field-descriptions.json'
  const file = path.join(top, 'node_modules/.cache/slipway', fileName)
  return {
    name: 'slipway:descriptions',
    generateBundle() {
      if (!existsSync(file)) return
      this.emitFile({ type: 'asset', fileName, source: readFileSync(file) })
    },
  }
}

export default defineConfig({
  main: {
    plugins: [workers(), descriptions()],
    build: {
      outDir: 'out/main',
      minify: true,
      externalizeDeps: false,
      rolldownOptions: {
        input: {
          index: from('electron/main.ts'),
          core: from('electron/core/main.ts'),
          cluster: from('headless/main.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: from('electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer,
})
