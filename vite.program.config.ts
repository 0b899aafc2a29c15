import path from 'node:path'
import { defineConfig } from 'vite'
import { asciiCode } from './scripts/build/ascii-code.ts'
import { nodeBuiltins } from './scripts/build/node-builtins.ts'
import { workerThreads } from './scripts/build/worker-threads.ts'

const host = (name: string) => path.join(import.meta.dirname, 'src-main/hosts', name, 'main.ts')

/** The hosts that run on Node.js, each as a few files, since loading hundreds takes longer than all else in a start. */
export default defineConfig({
  plugins: [workerThreads(), nodeBuiltins(), asciiCode()],
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node24',
    rolldownOptions: {
      // Half as much to read and to keep; traces of failures keep the names of what failed.
      output: { minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } } },
      input: { 'web/main': host('web'), 'headless/main': host('headless') },
    },
  },
})
