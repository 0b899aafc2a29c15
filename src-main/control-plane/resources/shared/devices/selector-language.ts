import { loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'

type Language = typeof import('#kubernetes/cel/devices/device-selector.ts')

let language: Language | undefined

/** Loads what reads the expressions that choose devices; a cluster without devices does without. */
export async function loadSelectorLanguage(): Promise<void> {
  if (language) return
  await loadRegexEngine()
  language = await import('#kubernetes/cel/devices/device-selector.ts')
}

/** What an expression says, or what is wrong with it. Throws before the language is loaded. */
export const compileSelector: Language['compileDeviceSelector'] = expression => {
  if (!language) throw new Error('expressions are read before their language is loaded')
  return language.compileDeviceSelector(expression)
}
