import { readFileSync } from 'node:fs'
import path from 'node:path'
import { namedTests, parseChecklist } from '../../../scripts/ledger.mjs'
import type { AssertionMutation } from '../mutation.ts'
import * as apply from './apply.ts'
import * as applyMerging from './apply-merging.ts'
import * as applyOwners from './apply-owners.ts'
import type { Exceptions, FaultsByFile } from './assertion-fault.ts'
import * as custom from './custom-resources.ts'
import * as deletes from './deletes.ts'
import * as discovery from './discovery.ts'
import * as failures from './failures.ts'
import * as forms from './forms.ts'
import * as identities from './identities.ts'
import * as patches from './patches.ts'
import * as reading from './reading.ts'
import * as resizes from './resizes.ts'
import * as rights from './rights.ts'
import * as subresources from './subresources.ts'
import * as limits from './write-limits.ts'
import * as writes from './writes.ts'

const sections: readonly { faults: FaultsByFile; exceptions: Exceptions }[] = [
  discovery,
  forms,
  reading,
  writes,
  patches,
  limits,
  apply,
  applyMerging,
  applyOwners,
  deletes,
  resizes,
  rights,
  subresources,
  identities,
  custom,
  failures,
]

/** The page's rows that are shipped. */
export const shippedAssertions = parseChecklist(
  readFileSync(
    path.join(import.meta.dirname, '..', '..', '..', 'docs', 'api-checklist.md'),
    'utf8',
  ),
).filter(({ state }) => state === 'shipped')

const proofs = new Map(shippedAssertions.map(({ id, proof }) => [id, namedTests(proof)]))

/** Why some assertions have no fault, by id. */
export const exceptions: Exceptions = Object.assign(
  {},
  ...sections.map(({ exceptions }) => exceptions),
)

/** A fault for each assertion of docs/api-checklist.md; tests that its row names are to catch it. */
export const checklistMutations: readonly AssertionMutation[] = sections.flatMap(({ faults }) =>
  Object.entries(faults).flatMap(([file, own]) =>
    own.map(([ids, find, replace]) => ({
      name: `breaks ${ids}`,
      file,
      find,
      replace,
      asserts: new Map(ids.split(' ').map(id => [id, proofs.get(id) ?? []])),
    })),
  ),
)
