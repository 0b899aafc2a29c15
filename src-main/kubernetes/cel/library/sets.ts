import { type Library, overload } from '../check/functions.ts'
import { valuesEqual } from '../evaluate/equality.ts'
import { elements } from '../evaluate/lists.ts'
import type { CelList, Value } from '../evaluate/values.ts'

const has = (list: CelList, value: Value) => elements(list).some(one => valuesEqual(one, value))

const contains = (list: CelList, part: CelList) => elements(part).every(one => has(list, one))

/** Lists as sets. */
export const sets: Library = {
  'sets.contains': [overload('list_sets_contains_list', '(list(T), list(T)) bool', contains)],
  'sets.equivalent': [
    overload(
      'list_sets_equivalent_list',
      '(list(T), list(T)) bool',
      (a: CelList, b: CelList) => contains(a, b) && contains(b, a),
    ),
  ],
  'sets.intersects': [
    overload('list_sets_intersects_list', '(list(T), list(T)) bool', (a: CelList, b: CelList) =>
      elements(a).some(one => has(b, one)),
    ),
  ],
}
