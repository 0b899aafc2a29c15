import { type Library, overload } from '../check/functions.ts'
import { ArrayList } from '../evaluate/lists.ts'
import { fail, type Value } from '../evaluate/values.ts'
import { compileRegex, type LinearRegex } from './regex-engine.ts'

function withRegex(source: string, use: (regex: LinearRegex) => Value): Value {
  const regex = compileRegex(source)
  return typeof regex === 'string' ? fail(regex) : use(regex)
}

const matches = (text: string, source: string) => withRegex(source, regex => regex.test(text))

const find = (text: string, source: string) => withRegex(source, regex => regex.find(text) ?? '')

const findAll = (text: string, source: string, limit = -1n) =>
  withRegex(source, regex => {
    const most = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit)
    return new ArrayList(regex.findAll(text, most))
  })

/** Regular expressions: `matches` of the language, and Kubernetes' `find` and `findAll`. */
export const regexes: readonly Library[] = [
  {
    matches: [
      overload('matches', '(string, string) bool', matches),
      overload('matches_string', 'string.(string) bool', matches),
    ],
  },
  {
    find: [overload('string_find_string', 'string.(string) string', find)],
    findAll: [
      overload('string_find_all_string', 'string.(string) list(string)', findAll),
      overload('string_find_all_string_int', 'string.(string, int) list(string)', findAll),
    ],
  },
]
