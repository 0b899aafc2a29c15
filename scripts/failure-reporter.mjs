// Vitest's JSON leaves out why a hook failed, that a process died, and errors outside of tests; this one says so.
import { readFileSync, writeFileSync } from 'node:fs'
import { JsonReporter } from 'vitest/node'

/**
 * Writes Vitest's JSON to the path of `--outputFile.json`: every failed file has a message, and what was thrown outside
 * of tests stands in `unhandledErrors`, by the file that ran then where it is known: `{ file?, message }[]`.
 */
export default class FailureReporter extends JsonReporter {
  async onTestRunEnd(modules, unhandledErrors) {
    await super.onTestRunEnd(modules)
    const file = this.ctx.config.outputFile.json
    const report = JSON.parse(readFileSync(file, 'utf8'))
    for (const result of report.testResults) {
      result.message ||= messageOf(modules.find(({ moduleId }) => moduleId === result.name))
    }
    report.unhandledErrors = unhandledErrors.map(error => ({
      file: fileOf(error, modules),
      message: textOf(error),
    }))
    writeFileSync(file, JSON.stringify(report))
  }
}

function messageOf(module) {
  const inHooks = [...module.children.allSuites()].flatMap(suite => suite.errors())
  const [error] = [...module.errors(), ...inHooks]
  if (error) return textOf(error)
  return module.state() === 'pending' ? 'It did not come to its end.' : ''
}

/** The end of a process is told with the file in its cause's text. */
function fileOf({ VITEST_TEST_PATH: file, cause }, modules) {
  if (file) return file
  return modules.find(({ moduleId }) => cause?.message?.includes(moduleId))?.moduleId
}

const textOf = ({ stack, message, cause }) =>
  [cause ? textOf(cause) : '', stack || message].filter(Boolean).join('\n')
