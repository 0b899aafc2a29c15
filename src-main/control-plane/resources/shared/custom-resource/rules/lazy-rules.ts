import { lazyModule } from '#base/lazy-module.ts'
import { loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'

/** What compiles and evaluates rules: loaded with the first definition that is written, or object that has rules. */
export const ruleEngine = lazyModule('the engine of rules', () => import('./rule-engine.ts'))

/** What schemas need whose texts have patterns, and with rules. */
export async function loadRules(): Promise<void> {
  await Promise.all([loadRegexEngine(), ruleEngine.load()])
}
