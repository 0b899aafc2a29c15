import type { ApplyCase } from '../apply-case.ts'
import { conflicts } from './conflicts.ts'
import { lists } from './lists.ts'
import { maps } from './maps.ts'
import { removal } from './removal.ts'
import { requests } from './requests.ts'
import { subresources } from './subresources.ts'
import { updatesAndManagedFields } from './updates.ts'
import { versions } from './versions.ts'

/** The table: every case, by what it is about. */
export const areas: Readonly<Record<string, readonly ApplyCase[]>> = {
  maps,
  lists,
  conflicts,
  removal,
  updates: updatesAndManagedFields,
  subresources,
  versions,
  requests,
}
