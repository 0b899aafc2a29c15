import { lazyModule } from '#base/lazy-module.ts'
import { loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'

/** What checks expressions: loaded with the first policy or webhook that is written. */
export const expressionChecks = lazyModule(
  'what checks expressions',
  () => import('./validate-expressions.ts'),
)

export async function loadExpressions(): Promise<void> {
  await Promise.all([loadRegexEngine(), expressionChecks.load()])
}
