import type { Library } from '../check/functions.ts'
import type { Macro } from '../syntax/macro.ts'
import { optionalMacros, standardMacros, twoVariableMacros } from '../syntax/standard-macros.ts'
import { conversions } from './conversions.ts'
import { mapInsert } from './map-insert.ts'
import { operators } from './operators.ts'
import { optionals } from './optionals.ts'
import { regexes } from './regexes.ts'
import { strings } from './strings.ts'
import { times } from './times.ts'

/** What the language has everywhere, and cel-go's extensions that Kubernetes uses. */
export const languageLibraries: readonly Library[] = [
  ...operators,
  conversions,
  ...times,
  strings,
  ...regexes,
  optionals,
  mapInsert,
]

export const languageMacros: readonly Macro[] = [
  ...standardMacros,
  ...twoVariableMacros,
  ...optionalMacros,
]
