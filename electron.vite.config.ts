import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import { asciiCode } from './scripts/build/ascii-code.ts'
import { nodeBuiltins } from './scripts/build/node-builtins.ts'
import { workerThreads } from './scripts/build/worker-threads.ts'
import renderer from './vite.renderer.config.ts'

const top = import.meta.dirname
const from = (file: string) => path.join(top, 'src-main/hosts', file)

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
    plugins: [workerThreads(), nodeBuiltins(), asciiCode(), descriptions()],
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
