// Preloaded into a process: appends the URL of every module that its main thread loads to RECORD_MODULES.
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
}
