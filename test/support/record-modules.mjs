// Preloaded into a process: appends the URL of every module that its main thread loads to RECORD_MODULES, and at its end
// the names of all parts of Node.js that were loaded.
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { isMainThread } from 'node:worker_threads'

const file = process.env.RECORD_MODULES
if (file && isMainThread) {
  registerHooks({
    load(url, context, next) {
      appendFileSync(file, `${url}\n`)
      return next(url, context)
    },
  })
  process.on('exit', () => appendFileSync(file, process.moduleLoadList.join('\n')))
}
